import csv
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parents[1]
SAMPLES = HERE / "samples"
HEADER = "customer_name,title,success_rate,description"
LINE = "Northgate Ltd,Laptops,60,They want forty."
Script = Callable[..., Any]
Look = Callable[[], list[Any]]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Write a CSV file."""

    def made(content: str | bytes) -> Path:
        path = tmp_path / "import.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return made


@pytest.mark.parametrize(
    ("sample", "count", "encoding", "delimiter"),
    [
        ("opportunities.zh.csv", 5, "UTF-8", "commas"),
        ("opportunities.gb18030.csv", 5, "GB18030", "semicolons"),
        ("opportunities.en.csv", 4, "UTF-8", "commas"),
    ],
)
def test_the_samples_are_recorded(
    script: Script, recorded: Look, sample: str, count: int, encoding: str, delimiter: str
) -> None:
    done = script(SAMPLES / sample)
    assert (done.code, done.out) == (0, f"{count} recorded, 0 were there already, 0 refused\n")
    assert f"read as {encoding}, with {delimiter} between cells" in done.err
    assert len(recorded()) == count


def test_cells_become_fields(script: Script, recorded: Look) -> None:
    script(SAMPLES / "opportunities.zh.csv")
    found = next(one for one in recorded() if one.success_rate == 45)
    assert (found.customer_name, found.title) == ("上海恒达物流有限公司", "新办公区网络交换机配套")
    assert (found.source, found.contact_name, found.contact_phone) == ("老客户介绍", "李经理", "021-16000102")
    assert found.description == "新办公楼下月启用，需要交换机 12 台，\n由信息中心负责选型。"


def test_running_twice_records_once(script: Script, recorded: Look) -> None:
    script(SAMPLES / "opportunities.en.csv")
    before = recorded()
    again = script(SAMPLES / "opportunities.en.csv")
    assert (again.code, again.out) == (0, "0 recorded, 4 were there already, 0 refused\n")
    assert recorded() == before


def test_a_key_column_tells_lines_apart_for_good(script: Script, recorded: Look, write: Callable[[str], Path]) -> None:
    script(write(f"ref,{HEADER}\nA1,{LINE}\n"), "--key-column", "Ref")
    again = script(write(f"ref,{HEADER}\nA1,{LINE}\nA2,{LINE}\n"), "--key-column", "ref")
    assert again.out == "1 recorded, 1 were there already, 0 refused\n"
    assert "left out" not in again.err
    assert len(recorded()) == 2


def test_a_line_that_changed_since_it_was_recorded_is_told(
    script: Script, recorded: Look, write: Callable[[str], Path]
) -> None:
    script(write(f"ref,{HEADER}\nA1,{LINE}\n"), "--key-column", "ref")
    again = script(write(f"ref,{HEADER}\nA1,{LINE} Today.\n"), "--key-column", "ref")
    assert (again.code, again.out) == (1, "0 recorded, 0 were there already, 1 refused\n")
    assert len(recorded()) == 1


def test_the_same_line_twice_in_a_file_is_recorded_once(script: Script, write: Callable[[str], Path]) -> None:
    assert script(write(f"{HEADER}\n{LINE}\n{LINE}\n")).out.startswith("1 recorded, 1 were there already")


def test_refused_lines_are_told_with_line_field_reason_and_value(script: Script, recorded: Look) -> None:
    done = script(SAMPLES / "with_errors.zh.csv", "--lang", "zh", "--key-column", "ERP单号")
    assert (done.code, done.out) == (1, "已记录 2 条，原已存在 0 条，拒绝 6 条\n")
    assert done.err.splitlines()[1:] == [
        "第 3 行：请输入客户名称。",
        "第 4 行：成功机率：必须在 0 到 100 之间，不能是 120。 [120]",
        "第 5 行：成功机率：“很高”不是整数。 [很高]",
        f"第 6 行：机会来源：最多 50 个字符，现有 51 个。 [{'来' * 51}]",
        "第 7 行：这一行有 4 个单元格，表头有 8 个。",
        "第 8 行：请输入ERP单号。",
    ]
    assert len(recorded()) == 2


def test_refused_lines_are_mended_and_imported(script: Script, recorded: Look, tmp_path: Path) -> None:
    refused = tmp_path / "refused.csv"
    key = ("--key-column", "ERP no.")
    first = script(SAMPLES / "with_errors.en.csv", "--refused", refused, *key)
    assert first.out == "2 recorded, 0 were there already, 5 refused\n"
    with refused.open(encoding="utf-8-sig", newline="") as source:
        header, *lines = csv.reader(source, delimiter="\t")
    assert header[-1] == "Reason for refusal"
    assert all(len(line) == len(header) and line[-1] for line in lines)
    again = tmp_path / "again.csv"
    assert script(refused, "--refused", again, *key).out == "0 recorded, 0 were there already, 5 refused\n"
    with again.open(encoding="utf-8-sig", newline="") as source:
        assert [line[:-1] for line in csv.reader(source, delimiter="\t")] == [line[:-1] for line in (header, *lines)]
    fixed = refused.read_text(encoding="utf-8-sig").replace("\t120\t", "\t20\t").replace("\thigh\t", "\t80\t")
    refused.write_text(fixed, encoding="utf-8")
    assert script(refused, *key).out == "2 recorded, 0 were there already, 3 refused\n"
    assert len(recorded()) == 4


def test_a_file_for_refused_lines_is_written_though_none_was(script: Script, tmp_path: Path) -> None:
    refused = tmp_path / "refused.csv"
    refused.write_text("of yesterday", encoding="utf-8")
    script(SAMPLES / "opportunities.en.csv", "--refused", refused)
    assert len(refused.read_text(encoding="utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize("user", ["anna", "victoria", "nobody"])
def test_a_dry_run_changes_nothing_at_all(script: Script, url: str, user: str) -> None:
    place = Path(url.removeprefix("sqlite:///"))
    before = place.read_bytes()
    done = script(SAMPLES / "with_errors.zh.csv", "--dry-run", "--key-column", "ERP单号", as_user=user)
    assert done.code == 1
    assert place.read_bytes() == before
    assert [one.name for one in place.parent.iterdir()] == [place.name]
    if user == "anna":
        assert done.out.startswith("Dry run, nothing was changed: 2 would be recorded, 0 are there already, 6 would")


def test_a_dry_run_knows_what_is_there(script: Script) -> None:
    script(SAMPLES / "opportunities.en.csv")
    done = script(SAMPLES / "opportunities.en.csv", "--dry-run")
    assert (done.code, "0 would be recorded, 4 are there already" in done.out) == (0, True)


def test_who_may_not_record_gets_one_answer(script: Script, recorded: Look) -> None:
    done = script(SAMPLES / "opportunities.en.csv", as_user="victoria")
    assert (done.code, done.out, recorded()) == (1, "", [])
    assert "right" in done.err
    assert script(SAMPLES / "opportunities.en.csv", as_user="nobody").code == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    "header", ["Customer Name,概要 *,SUCCESS_RATE,机会描述", "客户名称,title,成功机率（%）,Description"]
)
def test_headers_delimiters_and_encodings(
    script: Script, recorded: Look, write: Callable[[bytes], Path], header: str, encoding: str, delimiter: str
) -> None:
    content = f"{header}\r\n北京华建,笔记本,60 %,四十台\r\n\r\n".replace(",", delimiter)
    assert script(write(content.encode(encoding))).code == 0
    assert [one.customer_name for one in recorded()] == ["北京华建"]


def test_quoted_headers_hide_no_delimiter(script: Script, write: Callable[[str], Path]) -> None:
    quoted = '"customer_name";"title";"success_rate";"description"\n"a;b";"c";"1";"d"\n'
    assert script(write(quoted)).code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "It is empty."),
        (b"\n\n \n", "It is empty."),
        (b"\0\0\0\0", "It is no text file"),
        (HEADER.encode("utf-16-le"), "It is no text file"),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff\x00", "can't be read"),
        ("\ufeff客户名称".encode("utf-16"), "can't be read"),
        (LINE, "lacks these columns: Customer name, Chance of success, Title, Description"),
        ("customer_name,title\nx,y\n", "lacks these columns"),
        (f"{HEADER},客户名称\n", "two columns for customer_name"),
        (f'{HEADER}\n{LINE}\nx,"y,60,z\n', "From line 3 on it is no CSV"),
        (f'{HEADER}\n{LINE}\nx,"y"y,60,z\n', "From line 3 on it is no CSV"),
        (f'"{HEADER}\n' + "x" * 200_000, "From line 1 on it is no CSV"),
        (f"{HEADER}\n{LINE}\nx,y,60,{'z' * 200_000}\n", "From line 3 on it is no CSV"),
    ],
)
def test_a_file_that_can_not_be_used_is_told_in_a_sentence(
    script: Script, recorded: Look, write: Callable[[str | bytes], Path], content: str | bytes, said: str
) -> None:
    done = script(write(content))
    assert (done.code, done.out, recorded()) == (1, "", [])
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a,b,60,c\0d", "Description"),
        ("a,b,60", "3 cells, the header 4"),
        ("a,b,60,c,d", "5 cells, the header 4"),
        (f"a,b,60,{'c' * 2001}", "at most 2000"),
        ("a,b,1_0,c", "not a whole number"),
        ("a,b,-1,c", "0 to 100"),
        (",,,", None),
    ],
)
def test_a_line_that_can_not_be_is_refused_alone(
    script: Script, write: Callable[[str], Path], line: str, said: str | None
) -> None:
    done = script(write(f"{HEADER}\n{line}\n{LINE}\n"))
    assert done.out == f"1 recorded, 0 were there already, {0 if said is None else 1} refused\n"
    assert said is None or f"Line 2: {said}" in done.err or said in done.err


def test_what_is_no_file_is_refused(script: Script, tmp_path: Path) -> None:
    assert "no regular file" in script(tmp_path).err
    assert "No such file" in script(tmp_path / "missing.csv").err
    assert "no column nonsense" in script(SAMPLES / "opportunities.en.csv", "--key-column", "nonsense").err


def test_refused_lines_do_not_go_into_the_file_itself(
    script: Script, recorded: Look, write: Callable[[str], Path]
) -> None:
    file = write(f"{HEADER}\n{LINE}\n")
    assert "can't be written into the file that is read" in script(file, "--refused", file).err
    assert "can't be written" in script(file, "--refused", file.parent).err
    assert recorded() == []
    assert file.read_text(encoding="utf-8") == f"{HEADER}\n{LINE}\n"


def test_a_store_that_is_not_there_is_told_without_its_password(script: Script) -> None:
    done = script(SAMPLES / "opportunities.en.csv", CRM_URL="mysql://crm:geheim@127.0.0.1:1/crm")
    assert (done.code, "geheim" in done.err, "Traceback" in done.err) == (1, False, False)
    done = script(SAMPLES / "opportunities.en.csv", CRM_URL="")
    assert (done.code, "CRM_URL" in done.err) == (2, True)


def test_cron_runs_it_as_a_program(program: Script, recorded: Look) -> None:
    done = program(SAMPLES / "opportunities.zh.csv", LANG="zh_CN.UTF-8")
    assert (done.code, done.out) == (0, "已记录 5 条，原已存在 0 条，拒绝 0 条\n")
    assert "按 UTF-8 读取，单元格之间为逗号" in done.err
    assert len(recorded()) == 5


def test_a_log_without_chinese_letters_gets_escapes(program: Script) -> None:
    done = program(SAMPLES / "opportunities.zh.csv", "--lang", "zh", PYTHONIOENCODING="ascii")
    assert (done.code, "\\u5df2" in done.out) == (0, True)


def test_both_languages_say_the_same() -> None:
    def flat(table: dict[str, Any], prefix: str = "") -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, value in table.items():
            if isinstance(value, dict):
                found |= flat(value, f"{prefix}{name}.")
            else:
                found[f"{prefix}{name}"] = set(re.findall(r"\{\w+\}", value))
        return found

    english, chinese = (tomllib.loads((HERE / f"{one}.toml").read_text(encoding="utf-8")) for one in ("en", "zh"))
    assert flat(english) == flat(chinese)


def test_people_can_copy_it() -> None:
    for script in HERE.glob("*.py"):
        assert len(script.read_text(encoding="utf-8").splitlines()) <= 250
