"""Files made to do harm are refused within two seconds and 150 MB, with a clear error in both languages (X-ADM-10).

Each is made and read in a process of its own, whose memory the system limits: a reader that would need more dies.
"""

import json
import re
import subprocess
import sys
import textwrap

import pytest

SECONDS = 2.0
MEGABYTES = 150
FILES = {
    "zip bomb": ("bomb.xlsx", "book(sheet=b'<worksheet><sheetData>' + b' ' * (1 << 30))", "exchange.bomb"),
    "bomb of texts": (
        "t.xlsx",
        "book(texts=b'<sst><si><t>' + b'A' * (200 << 20) + b'</t></si></sst>')",
        "exchange.bomb",
    ),
    "lying about its size": ("liar.xlsx", "liar()", "exchange.broken_workbook"),
    "sparse sheet": (
        "sparse.xlsx",
        'book(sheet=rows(\'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>\'))',
        "exchange.too_many_columns",
    ),
    "billion laughs": ("lol.xlsx", "book(texts=laughs())", "exchange.entities"),
    "external entity": (
        "xxe.xlsx",
        "book(sheet=b'<!DOCTYPE w SYSTEM \"file:///etc/passwd\"><worksheet/>')",
        "exchange.entities",
    ),
    "deep XML": ("deep.xlsx", "book(sheet=packable(b'<a>'))", "exchange.nested"),
    "garbage elements": ("wide.xlsx", "book(sheet=b'<worksheet>' + noise(b'<x%d/>', 10**6))", "exchange.bomb"),
    "a million columns": ("wide.csv", "b','.join([b'x'] * 10**6) + b'\\n1,2\\n'", "exchange.row_too_long"),
    "columns of a sheet": ("columns.xlsx", "book(sheet=rows(columns(5_000)))", "exchange.too_many_columns"),
    "unterminated quote": ("quote.csv", "b'name\\n\"' + b'x\\n' * (50 << 20)", "exchange.row_too_long"),
    "one endless line": ("line.csv", "b'name' * (25 << 20)", "exchange.row_too_long"),
    "workbook named .csv": ("book.csv", "book()", "exchange.wrong_name"),
    "text named .xlsx": ("text.xlsx", "b'name,manager\\nA,lihua\\n'", "exchange.wrong_name"),
    "old workbook": ("old.xls", "bytes.fromhex('d0cf11e0a1b11ae1') + bytes(5_000)", "exchange.old_excel"),
    "damaged workbook": ("damaged.xlsx", "book()[:300] + book()[400:]", "exchange.broken_workbook"),
    "another ZIP": ("other.xlsx", "zipped({'a.txt': b'x'})", "exchange.broken_workbook"),
    "nested cards": ("deep.vcf", "b'BEGIN:VCARD\\r\\n' * 10**6", "exchange.nested"),
    "endless card": ("long.vcf", "b'BEGIN:VCARD\\r\\nNOTE:' + b'x\\r\\n ' * 10**7", "exchange.row_too_long"),
    "cut off card": ("cut.vcf", "b'BEGIN:VCARD\\r\\nFN:x\\r\\n'", "exchange.card_not_ended"),
    "zero bytes": ("zero.csv", "bytes(10**7)", "exchange.empty"),
    "zero bytes within": ("zeros.csv", "b'name' + bytes(10**6) + b'\\n'", "exchange.no_text"),
    "picture": ("a.csv", "b'\\x89PNG\\r\\n\\x1a\\n' + bytes(range(32)) * 5_000", "exchange.no_text"),
    "empty file": ("empty.csv", "b''", "exchange.empty"),
}
MAKERS = """
import io, random, sys, zipfile
def zipped(parts):
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return to.getvalue()
def rows(inner):
    first = "<row r='1'><c r='A1' t='str'><v>name</v></c></row>"
    return f"<worksheet><sheetData>{first}{inner}</sheetData></worksheet>".encode()
def columns(count):
    return "<row r='2'>" + "<c t='str'><v>x</v></c>" * count + "</row>"
def book(sheet=rows(""), texts=b"<sst/>"):
    return zipped({
        "xl/workbook.xml": b"<workbook xmlns:r='r'><sheets><sheet name='S' r:id='i'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": b"<r><Relationship Id='i' Target='worksheets/sheet1.xml'/></r>",
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": texts,
    })
def noise(form, count):
    random.seed(1)
    return b"".join(form % random.randrange(10**9) for _ in range(count))
def packable(one):
    return one * 300_000
def laughs():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE l [<!ENTITY l0 "lol">{levels}]><sst><si><t>&l9;</t></si></sst>'.encode()
def liar():
    whole = bytearray(book(sheet=rows("") + b" " * (60 << 20)))
    true = len(rows("")) + (60 << 20)
    said = (1_000).to_bytes(4, "little")
    return bytes(whole.replace(true.to_bytes(4, "little"), said))
"""
READER = """
import json, resource, sys, time
from crmcore import exchange
from crmcore.base.errors import Invalid
path = sys.argv[1]
def used():
    try:
        lines = open("/proc/self/status")  # counts from exec on; getrusage would count what forked this process
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
import crmcore.exchange.mapping
before, began = used(), time.perf_counter()
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
try:
    file = exchange.preview(path).file
    file.vet()
    said = None
except Invalid as error:
    said = [sorted(error.codes)[0], error.explain("zh"), error.explain("en")]
print(json.dumps({"said": said, "seconds": time.perf_counter() - began, "megabytes": used()}))
"""


@pytest.mark.requirement("X-ADM-10")
@pytest.mark.parametrize("what", FILES)
@pytest.mark.skipif(sys.platform == "win32", reason="the system limits no memory there")
def test_a_hostile_file_is_refused_quickly_and_cheaply(what: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    name, made, code = FILES[what]
    path = tmp_path_factory.mktemp("hostile") / name
    maker = f"{MAKERS}\nopen(sys.argv[1], 'wb').write({made})"
    subprocess.run([sys.executable, "-c", maker, str(path)], check=True, timeout=60)
    command = [sys.executable, "-c", textwrap.dedent(READER), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    path.unlink()
    found = json.loads(done.stdout)
    assert found["said"] is not None, "it was read"
    assert found["said"][0] == code
    assert re.search(r"[\u4e00-\u9fff]", found["said"][1])
    assert found["said"][2].isascii() or "“" in found["said"][2]
    assert found["seconds"] < SECONDS
    assert found["megabytes"] < MEGABYTES
