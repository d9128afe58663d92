"""Lists from files: good rows kept, bad ones told, the same file twice changes nothing."""

import datetime as dt
import gzip
import zipfile
from decimal import Decimal

import openpyxl
import pytest
import sqlalchemy as sa

from core import areas, db, imports, lists, sealing
from core.errors import NotFound
from core.imports import files, maps
from core.models import AuditEntry, Employer, Placement, Vacancy, Worker, WorkerFact
from tests.core.rooms import COUNTY, office, stand_at, user

OPENINGS = """招聘岗位表,,,,,,,,
企业名称,岗位名称,招聘人数,工资待遇（元/月）,工作地点,福利待遇,年龄要求,岗位类型,截止日期
演示制衣厂,缝纫工,12,4500-7000,浙江省嘉兴市南湖区,包吃包住,18-50,工厂,2026-12-31
演示帮扶车间,手工缝制,5人,面议,平襄镇,,55岁以下,帮扶车间,2026年12月
演示工地,瓦工,3,280元/天,通渭县,管住,不限,,
"""
# Invented: the area of the number does not exist.
ID_NUMBER, PHONE = "999999198103080029", "14200000001"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    return stand_at(monkeypatch, "2026-11-25 10:00")


@pytest.fixture
def file(tmp_path):
    def write(text, name="list.csv", encoding="utf-8-sig"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def rows(model):
    with db.reading() as s:
        return s.scalars(sa.select(model).order_by(model.id)).all()


def bring(path, what="vacancies", **options):
    return imports.run(path, what, county=options.pop("county", COUNTY), **options)


def refused(text, file, what="vacancies"):
    """Column and reason of the one bad row."""
    result = bring(file(text), what)
    assert result.tally["bad"] == 1, result
    return result.problems[0].column, result.problems[0].reason


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_it_reads_the_encodings_of_offices(database, file, encoding):
    assert bring(file(OPENINGS, encoding=encoding)).tally["added"] == 3
    assert rows(Vacancy)[0].title == "缝纫工"


def test_it_reads_packed_files_and_other_separators(database, tmp_path):
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(OPENINGS.replace(",", "\t").encode()))
    assert bring(path).tally["added"] == 3


def test_it_reads_spreadsheets(database, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["通渭县招聘岗位表"])
    sheet.append(["企业名称", "岗位名称", "招聘人数", "最低工资", "工资单位", "工作地点", "截止日期"])
    sheet.append(["演示厂", "焊工", 4.0, 6000, "月", "嘉兴", dt.datetime(2026, 12, 31)])
    sheet.append(["演示厂", '=HYPERLINK("http://x")', 4, 6000, "月", "嘉兴", None])
    book.save(tmp_path / "list.xlsx")
    result = bring(tmp_path / "list.xlsx")
    assert (result.tally["added"], result.tally["bad"]) == (1, 1)
    row = rows(Vacancy)[0]
    assert (row.places_total, row.month_min, row.expires_on) == (4, 6000, dt.date(2026, 12, 31))
    assert (result.problems[0].row, result.problems[0].column) == (4, "岗位名称")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe\x00\xd8junk\xff", "cannot be read|neither"),
        (b"PK\x03\x04 no spreadsheet", "cannot be read"),
        (b"\x1f\x8b cut off", "cannot be read"),
        (b"\x81\x20 \xff\xff", "neither UTF-8 nor GB 18030"),
    ],
    ids=range(4),
)
def test_it_refuses_a_file_that_is_no_list(database, tmp_path, content, reason):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(files.Unreadable, match=reason):
        bring(path)


def test_it_refuses_a_spreadsheet_that_unpacks_to_too_much(database, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_UNPACKED", 1000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", "0" * 2000)
    with pytest.raises(files.Unreadable, match="unpacks"):
        bring(path)


def test_it_says_which_columns_it_knows(database, file):
    with pytest.raises(maps.NoHeader, match="企业名称"):
        bring(file("甲,乙\n1,2\n"))
    with pytest.raises(NotFound, match="us_dol_h2"):
        bring(file(OPENINGS), map_name="nonsense")


# -- openings ----------------------------------------------------------------------------------------------------------


def test_it_reads_openings_in_the_words_of_lists(database, file):
    assert bring(file(OPENINGS)).tally == {"read": 3, "added": 3, "changed": 0, "same": 0, "bad": 0}
    sewing, handwork, building = rows(Vacancy)
    assert (sewing.wage_min, sewing.wage_max, sewing.wage_unit, sewing.month_min) == (4500, 7000, "month", 4500)
    assert (sewing.region_code, sewing.kind, sewing.benefits) == ("330402", "factory", ["room", "board"])
    assert (sewing.occupation_code, sewing.age_min, sewing.age_max) == ("6-05-01-03", 18, 50)
    assert (areas.name(handwork.region_code, "zh"), handwork.kind, handwork.places_total) == ("平襄镇", "workshop", 5)
    assert (handwork.wage_min, handwork.wage_unit, handwork.age_max) == (None, None, 55)
    assert handwork.expires_on == dt.date(2026, 12, 1)
    assert (building.wage_unit, building.month_min, building.region_code) == ("day", 280 * 26, COUNTY)
    assert [firm.name for firm in rows(Employer)] == ["演示制衣厂", "演示帮扶车间", "演示工地"]


def test_it_changes_nothing_the_second_time(database, file):
    path = file(OPENINGS)
    bring(path)
    before = [(row.id, row.changed_at, row.places_left) for row in rows(Vacancy)]
    assert bring(path).tally == {"read": 3, "added": 0, "changed": 0, "same": 3, "bad": 0}
    assert [(row.id, row.changed_at, row.places_left) for row in rows(Vacancy)] == before
    assert len(rows(Employer)) == 3


def test_it_changes_a_row_that_has_changed_and_keeps_what_was_given_away(database, file):
    head = "编号,企业名称,岗位名称,招聘人数,工资待遇,发布日期\n"
    bring(file(head + "A1,演示厂,焊工,5,6000元/月,2026-11-01\n"))
    with db.writing() as s:
        s.scalars(sa.select(Vacancy)).one().places_left = 2
    result = bring(file(head + "A1,演示厂,焊工,8,6500元/月,\n"))
    row = rows(Vacancy)[0]
    assert result.tally["changed"] == 1
    assert (row.places_total, row.places_left, row.wage_min, row.published_on) == (8, 5, 6500, dt.date(2026, 11, 1))


@pytest.mark.parametrize(
    ("head", "cells", "column", "reason"),
    [
        ("企业名称", "", "企业名称", "is empty"),
        ("岗位名称", "", "岗位名称", "is empty"),
        ("岗位名称", "=cmd|'/C calc'!A0", "岗位名称", "formula"),
        ("招聘人数", "很多", "招聘人数", "no whole number"),
        ("招聘人数", "-5", "招聘人数", "no whole number"),
        ("招聘人数", "99999999999999", "招聘人数", "more than"),
        ("工资待遇", "高", "工资待遇", "no pay"),
        ("工资", "200", "工资", "for what"),
        ("截止日期", "2026-13-45", "截止日期", "no day"),
        ("截止日期", "9999-01-01", "截止日期", "the year"),
        ("年龄要求", "老", "年龄要求", "no span of ages"),
        ("学历要求", "好", "学历要求", "no schooling"),
        ("县区", "某某县", "县区", "no place"),
        ("工作内容", "长" * 2001, "工作内容", "longer than"),
        ("工资单位", "两礼拜", "工资单位", "is none of"),
    ],
    ids=range(15),
)
def test_it_names_the_column_and_the_reason(database, file, head, cells, column, reason):
    row = (
        {"企业名称": "演示厂", "岗位名称": "焊工"}
        | ({"最低工资": "3000"} if head == "工资单位" else {})
        | {head: cells}
    )
    good = {**row, head: "", "企业名称": "好厂", "岗位名称": "普工"}
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in (row, row.values(), good.values()))
    told = refused(text, file)
    assert told[0] == column
    assert reason in told[1]
    assert [v.title for v in rows(Vacancy)] == ["普工"]


def test_it_tells_a_doubled_row_and_a_doubled_number(database, file):
    result = bring(file("编号,企业名称,岗位名称\n1,甲厂,焊工\n1,甲厂,焊工\n1,乙厂,普工\n"))
    assert [problem.reason for problem in result.problems] == [
        "the same row stands above, in row 2",
        "row 2 has the same number or name",
    ]


def test_it_keeps_numbers_in_free_text_sealed(database, file):
    bring(file(f"企业名称,岗位名称,工作内容\n演示厂,焊工,打电话{PHONE}找老李\n"))
    assert PHONE not in rows(Vacancy)[0].duties


def test_it_keeps_nothing_in_a_dry_run(database, file):
    result = bring(file(OPENINGS), dry_run=True)
    assert result.tally["added"] == 3
    assert rows(Vacancy) == rows(Employer) == rows(AuditEntry) == []


def test_it_stores_every_good_row_when_the_database_refuses_one(database, file, monkeypatch):
    store = imports.vacancies.store

    def strict(s, source, told, note):
        if any(values["title"] == "毒" for values in told.values()):
            raise sa.exc.IntegrityError("", {}, Exception())
        return store(s, source, told, note)

    monkeypatch.setattr(imports.vacancies, "store", strict)
    result = bring(file("企业名称,岗位名称\n甲厂,焊工\n甲厂,毒\n乙厂,普工\n"))
    assert (result.tally["added"], result.tally["bad"]) == (2, 1)
    assert result.problems[0].row == 3


def test_it_writes_an_evil_cell_out_harmless(database, file):
    bring(file("企业名称,岗位名称\n演示厂,-2+3|cmd\n"))
    assert lists.harmless(rows(Vacancy)[0].title).startswith("'")


DOL = (
    "workers,certified,title,soc_code,crop,employer,status,pay,pay_unit,hours_week,education,city,county,state,start,end,"
    "case,nature\n"
    "4,4,Farmworker,45-2092,corn,ACME FARM,DETERMINATION ISSUED - CERTIFICATION,12.62,Hour,35,None,DEARBORN,,MO,"
    "2015-08-05,2016-02-01,H-1,Seasonal\n"
    ",,Cook,35-2014,,ACME INN,Withdrawn,$1000.50,Bi-Weekly,,Bachelor's,,,,,,H-2,Peakload\n"
    "2,,Mason,47-2051,,ACME CO,Denied,15,Select Pay Range,,None,Rome,,NY,2015-08-05,2016-02-01,H-3,Seasonal\n"
)


def test_it_knows_the_us_lists_by_their_columns(database, file):
    result = bring(file(DOL), county=None)
    assert (result.map, result.tally["added"]) == ("us_dol_h2", 3)
    farm, cook, mason = rows(Vacancy)
    assert (farm.currency, farm.wage_min, farm.wage_unit, farm.month_min) == ("USD", Decimal("12.62"), "hour", None)
    assert (farm.place, farm.region_code, farm.kind) == ("DEARBORN, MO, US", None, "short_term")
    assert (farm.state, farm.expires_on, farm.occupation_code) == ("open", dt.date(2016, 2, 1), "5-01-02-01")
    assert (cook.wage_min, cook.wage_unit, cook.state, cook.place) == (Decimal("500.25"), "week", "closed", "US")
    assert (mason.wage_min, mason.wage_unit) == (None, None)
    assert bring(file(DOL), county=None).tally["same"] == 3


# -- employers ---------------------------------------------------------------------------------------------------------


def test_it_reads_employers_and_finds_them_again(database, file):
    bring(file(OPENINGS))
    text = "统一社会信用代码,企业名称,单位类型,县区,员工人数\n91X,演示工地,项目部,通渭县,40\n92X,新合作社,合作社,崇信县,8\n"
    assert bring(file(text), "employers").tally == {"read": 2, "added": 1, "changed": 1, "same": 0, "bad": 0}
    assert bring(file(text), "employers").tally["same"] == 2
    site = next(firm for firm in rows(Employer) if firm.name == "演示工地")
    assert (site.external_id, site.kind, site.headcount) == ("91X", "project", 40)


# -- people ------------------------------------------------------------------------------------------------------------

PEOPLE = (
    "人编号,姓名,性别,出生日期,证件号码,联系电话,县区,乡镇,行政村,户类型,是否易地扶贫搬迁户,劳动技能,文化程度,帮扶干部,"
    "务工单位,务工地点,务工开始时间,月收入,技能\n"
    f"1,试一,女,,{ID_NUMBER},{PHONE},通渭县,平襄镇,试验村,脱贫户,否,普通劳动力,初中,helper,,,,,缝纫\n"
    "2,试二,男,1990-05-01,,,通渭县,,试验村,脱贫不稳定户,是,技能劳动力,小学,没有这人,演示厂,浙江嘉兴,2026-11-20,6000,电焊\n"
    "3,试三,男,1980年5月,,,通渭县,,试验村,监测对象（风险已消除）,,弱劳动力或半劳动力,,,,,,,\n"
)


@pytest.fixture
def staff(database):
    with db.writing() as s:
        user(s, "helper", office_id=office(s).id)


def test_it_reads_people_in_official_words(staff, file):
    result = bring(file(PEOPLE), "workers", county=None)
    assert result.tally == {"read": 3, "added": 3, "changed": 0, "same": 0, "bad": 0}
    one, two, three = rows(Worker)
    assert (one.programme_status, two.programme_status, three.programme_status) == (
        "lifted_out",
        "monitored",
        "risk_cleared",
    )
    assert (one.birth_on, one.sex, one.relocated, one.school_years) == (dt.date(1981, 3, 8), "f", False, 9)
    assert (one.township_code[:6], one.village, one.trades) == (COUNTY, "试验村", ["6-05-01-03"])
    assert (two.labour_ability, three.labour_ability, three.birth_exact) == ("skilled", "limited", False)
    assert one.caseworker_id is not None
    assert [(p.row, p.column, p.kept) for p in result.problems] == [(3, "帮扶干部", True)]


def test_it_seals_the_numbers_of_people(staff, file):
    bring(file(PEOPLE), "workers")
    one = rows(Worker)[0]
    with db.reading() as s:
        assert sealing.find(s, "id_number", ID_NUMBER).id == one.id_number_id
        assert sealing.find(s, "phone", PHONE).id == one.phone_id
        for table in Worker.metadata.sorted_tables:
            assert ID_NUMBER not in str(s.execute(sa.select(table)).all())


def test_it_puts_the_jobs_of_the_list_on_record(staff, file):
    bring(file(PEOPLE), "workers")
    job = rows(Placement)[0]
    assert (job.employer_name, job.region_code, job.kind, job.source) == ("演示厂", "330400", "away", "list")
    assert (job.started_on, job.pay_month, job.confirmed_on) == (dt.date(2026, 11, 20), 6000, None)


def test_it_changes_no_person_the_second_time(staff, file):
    bring(file(PEOPLE), "workers")
    facts = len(rows(WorkerFact))
    assert bring(file(PEOPLE), "workers").tally["same"] == 3
    assert (len(rows(WorkerFact)), len(rows(Worker)), len(rows(Placement))) == (facts, 3, 1)


def test_it_finds_a_person_again_by_number_or_by_name_birth_and_village(staff, file):
    bring(file(PEOPLE), "workers")
    head = "姓名,出生日期,身份证号,县区,行政村,户类型\n"
    text = head + f"试一改,,{ID_NUMBER},通渭县,别村,监测对象\n试二,1990-05-01,,通渭县,试验村,脱贫户\n"
    assert bring(file(text), "workers").tally["changed"] == 2
    one, two, _ = rows(Worker)
    assert (one.name, one.programme_status, two.programme_status) == ("试一改", "monitored", "lifted_out")


def test_it_does_not_overrule_what_the_person_said(staff, file):
    bring(file("人编号,姓名,县区,就业意愿\n1,试一,通渭县,外出务工\n"), "workers")
    with db.writing() as s:
        worker = s.scalars(sa.select(Worker)).one()
        worker.wish = "local"
        s.add(
            WorkerFact(
                worker_id=worker.id, field="wish", value="local", source="worker", author="contact:1", at=worker.made_at
            )
        )
    bring(file("人编号,姓名,县区,就业意愿,户类型\n1,试一,通渭县,不就业,监测户\n"), "workers")
    worker = rows(Worker)[0]
    assert (worker.wish, worker.programme_status) == ("local", "monitored")
    assert [f.value for f in rows(WorkerFact) if f.field == "wish"] == ["away", "local", "not_now"]


@pytest.mark.parametrize(
    ("head", "cell", "reason"),
    [
        ("身份证号", "999999198103080028", "no ID number"),
        ("身份证号", "9.99999E+17", "rounded"),
        ("联系电话", "12345", "no mobile number"),
        ("出生日期", "2015-01-01", "under 16"),
        ("出生日期", "昨天", "no day"),
        ("户类型", "神仙户", "is none of"),
        ("姓名", "", "is empty"),
        ("是否易地搬迁", "也许", "neither yes"),
    ],
    ids=range(8),
)
def test_it_refuses_a_bad_person_without_a_number_in_the_reason(staff, file, head, cell, reason):
    row = {"姓名": "试一", "县区": "通渭县"} | {head: cell}
    column, told = refused(f"{','.join(row)}\n{','.join(row.values())}\n", file, "workers")
    assert column == head
    assert reason in told
    assert not cell or cell not in told
    assert rows(Worker) == []


def test_it_writes_a_report_beside_the_file(database, file):
    path = file("企业名称,岗位名称\n,焊工\n演示厂,普工\n")
    where = imports.report(path, bring(path))
    assert where == path.parent / "list.report.csv"
    assert where.read_text(encoding="utf-8-sig").splitlines() == [
        "row,column,reason,row kept",
        "2,企业名称,is empty,no",
    ]


@pytest.mark.parametrize("name", maps.names())
def test_its_maps_say_only_what_the_tables_take(name):
    found = maps.get(name)
    rules = {str(rule.name): str(rule.sqltext) for table in (Vacancy, Employer, Worker, Placement) for rule in
             table.__table__.constraints if isinstance(rule, sa.CheckConstraint)}  # fmt: skip
    column = {
        "kind": "ck_vacancies_kind_word", "pay_unit": "ck_vacancies_wage_unit_word", "job_kind": "ck_placements_kind_word",
        "state": "ck_vacancies_state_word", "employer_kind": "ck_employers_kind_word",
    }  # fmt: skip
    for field, table in found.words.items():
        rule = rules.get(column.get(field, f"ck_workers_{field}_word"))
        ours = set(table) - {"two_weeks", "unsaid"}
        assert rule is None or all(f"'{word}'" in rule for word in ours), field
    named = [
        maps.plain(word) for field, listed in found.columns.items() for word in {*map(maps.plain, listed)} - {field}
    ]
    doubled = {word for word in named if named.count(word) > 1}
    assert doubled <= {"end", "start", "workers"}, "a column would mean two things"
