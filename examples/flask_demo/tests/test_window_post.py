"""How the customer window's mail is set up."""

import pytest

from crmcore_demo.config import read_settings
from crmcore_demo.window.post import MailServer, mail_server


def test_a_mail_server_comes_from_the_environment() -> None:
    assert mail_server({}) is None
    given = {"CRM_SMTP_HOST": "mail.example", "CRM_SMTP_PASSWORD": "geheim", "CRM_SMTP_SECURITY": "ssl"}
    server = mail_server(given)
    assert server == MailServer(host="mail.example", password="geheim", security="ssl")
    assert "geheim" not in repr(server)
    for wrong in ({"CRM_SMTP_SECURITY": "maybe"}, {"CRM_SMTP_PORT": "x"}):
        with pytest.raises(SystemExit):
            mail_server({**given, **wrong})


def test_links_lead_to_where_the_site_is_said_to_be() -> None:
    assert read_settings([], {}).public_address == "http://127.0.0.1:5000"
    assert read_settings(["--address", "https://crm.example/"], {}).public_address == "https://crm.example"
    assert read_settings([], {"CRM_ADDRESS": "https://crm.example"}).public_address == "https://crm.example"
