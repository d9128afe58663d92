"""120 invented employers and 3,000 openings in the two demo counties and in the provinces that receive their workers."""

import dataclasses
import datetime as dt
import random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import areas, clock, vacancy_words
from core.models import Employer, Vacancy

SEED = 20261124
SOURCE = "demo"
OPENINGS = 3000


@dataclasses.dataclass(frozen=True)
class Trade:
    """A line of work: what it is called, who offers it, what it pays and asks of the body."""

    code: str
    titles: tuple[str, ...]
    kind: str
    pay: tuple[int, int]
    unit: str = "month"
    demands: tuple[str, ...] = ()
    certificate: str | None = None
    firm: str = "制造厂"


AWAY = (
    Trade("6-18-02-04", ("电焊工", "二保焊工", "氩弧焊工"), "factory", (6000, 9500), demands=("dust", "standing"), certificate="焊工证", firm="金属结构厂"),
    Trade("6-05-01-03", ("缝纫工", "平车工"), "factory", (4500, 7500), demands=("eyesight", "light"), firm="制衣厂"),
    Trade("6-25-04-07", ("电子厂普工", "电子装配工"), "factory", (4800, 6800), demands=("eyesight", "night"), firm="电子厂"),
    Trade("6-31-05-00", ("包装工", "打包工"), "factory", (4200, 5800), demands=("standing",), firm="食品厂"),
    Trade("6-31-03-05", ("质检员",), "factory", (4500, 6200), demands=("eyesight", "light"), firm="电子厂"),
    Trade("6-04-03-03", ("织布挡车工",), "factory", (5000, 7200), demands=("standing", "night"), firm="纺织厂"),
    Trade("6-18-03-03", ("喷漆工",), "factory", (6500, 9000), demands=("dust",), firm="家具厂"),
    Trade("6-06-03-01", ("木工",), "factory", (6000, 8500), demands=("lifting", "dust"), firm="家具厂"),
    Trade("6-05-04-01", ("制鞋工",), "factory", (4600, 7000), demands=("eyesight",), firm="鞋厂"),
    Trade("6-29-01-01", ("瓦工", "砌筑工"), "construction", (260, 380), "day", ("lifting", "bending", "heights", "outdoors"), firm="建筑公司"),
    Trade("6-29-01-04", ("钢筋工",), "construction", (270, 400), "day", ("lifting", "bending", "heights", "outdoors"), firm="建筑公司"),
    Trade("6-29-01-05", ("架子工",), "construction", (300, 450), "day", ("lifting", "heights", "outdoors"), "架子工证", "建筑公司"),
    Trade("6-31-01-03", ("电工",), "factory", (5500, 8500), demands=("heights",), certificate="电工证", firm="机械厂"),
    Trade("6-30-05-01", ("叉车工",), "factory", (5500, 7500), demands=("night",), certificate="叉车证", firm="物流园"),
    Trade("4-02-06-02", ("分拣员", "理货员"), "service", (4500, 6500), demands=("standing", "night"), firm="物流园"),
    Trade("4-02-07-09", ("快件分拣小时工",), "part_time", (18, 25), "hour", ("standing", "night"), firm="物流园"),
    Trade("4-02-07-08", ("快递员",), "service", (5500, 9000), demands=("outdoors", "lifting"), firm="速递站"),
    Trade("4-02-05-01", ("装卸工",), "service", (5500, 8000), demands=("lifting", "bending"), firm="物流园"),
    Trade("4-03-02-05", ("服务员", "传菜员"), "service", (4000, 5500), demands=("standing",), firm="餐馆"),
    Trade("4-03-02-01", ("厨师", "炒菜师傅"), "service", (6000, 9500), demands=("standing",), firm="餐馆"),
    Trade("4-09-08-01", ("保洁员",), "service", (3200, 4500), demands=("bending",), firm="物业公司"),
    Trade("4-07-05-01", ("保安员",), "service", (3800, 5200), demands=("night", "standing"), certificate="保安证", firm="物业公司"),
    Trade("4-10-01-06", ("家政服务员", "住家保姆"), "service", (5000, 8000), demands=("bending",), firm="家政公司"),
    Trade("4-10-01-05", ("养老护理员",), "service", (4500, 6500), demands=("lifting", "night"), firm="养老院"),
    Trade("5-01-02-02", ("摘棉工", "采摘工"), "short_term", (180, 260), "day", ("bending", "outdoors"), firm="农场"),
    Trade("6-00-00-00", ("普工", "操作工"), "factory", (4500, 6500), demands=("standing",), firm="机械厂"),
)  # fmt: skip
LOCAL = (
    Trade("6-05-01-03", ("缝纫工", "手工缝制"), "workshop", (2000, 3600), demands=("eyesight", "light"), firm="帮扶车间"),
    Trade("6-09-03-12", ("手工编织", "地毯编织"), "workshop", (1600, 2800), demands=("light",), firm="帮扶车间"),
    Trade("6-31-05-00", ("粉条包装工", "药材分拣工"), "workshop", (1800, 3000), demands=("light",), firm="帮扶车间"),
    Trade("6-25-04-07", ("数据线组装工",), "workshop", (1800, 3200), demands=("eyesight", "light"), firm="帮扶车间"),
    Trade("5-01-02-05", ("药材种植工", "药材采挖工"), "farm", (90, 140), "day", ("bending", "outdoors"), firm="合作社"),
    Trade("5-01-02-02", ("苹果套袋工", "大棚蔬菜工"), "short_term", (90, 150), "day", ("standing", "outdoors"), firm="合作社"),
    Trade("5-03-02-01", ("养牛饲养员", "养羊饲养员"), "farm", (2800, 4200), demands=("lifting",), firm="合作社"),
    Trade("4-09-08-01", ("乡村保洁员",), "public_welfare", (500, 700), demands=("outdoors",), firm="村委会"),
    Trade("5-02-03-01", ("护林员",), "public_welfare", (500, 800), demands=("outdoors",), firm="村委会"),
    Trade("4-10-01-05", ("互助照料员",), "public_welfare", (500, 800), demands=("light",), firm="村委会"),
    Trade("6-29-02-04", ("村道养护小工",), "work_for_relief", (120, 180), "day", ("lifting", "outdoors"), firm="项目部"),
    Trade("6-29-01-01", ("渠道衬砌工",), "work_for_relief", (150, 220), "day", ("lifting", "bending", "outdoors"), firm="项目部"),
    Trade("4-03-02-05", ("饭馆服务员",), "service", (2400, 3600), demands=("standing",), firm="餐馆"),
    Trade("4-01-02-04", ("超市收银员",), "service", (2200, 3200), demands=("standing",), firm="超市"),
    Trade("4-10-01-06", ("钟点保洁",), "part_time", (15, 22), "hour", ("bending",), firm="家政公司"),
    Trade("6-18-02-04", ("电焊工",), "construction", (200, 280), "day", ("dust", "outdoors"), "焊工证", "门窗店"),
)  # fmt: skip
FIRMS_AWAY = AWAY + AWAY[:1] * 7 + AWAY[1:3] * 2  # many of these workers weld or sew
PLACES_AWAY = (
    ("120113", "天津市北辰区"), ("120114", "天津市武清区"), ("370212", "山东省青岛市崂山区"), ("370203", "山东省青岛市市北区"),
    ("350211", "福建省厦门市集美区"), ("350582", "福建省泉州市晋江市"), ("330402", "浙江省嘉兴市南湖区"), ("330782", "浙江省金华市义乌市"),
    ("330402", "浙江省嘉兴市南湖区"), ("330482", "浙江省嘉兴市平湖市"), ("330281", "浙江省宁波市余姚市"),
    ("320583", "江苏省苏州市昆山市"), ("320205", "江苏省无锡市锡山区"), ("440306", "广东省深圳市宝安区"), ("441900", "广东省东莞市"),
    ("610113", "陕西省西安市雁塔区"), ("610302", "陕西省宝鸡市渭滨区"), ("650104", "新疆乌鲁木齐市新市区"), ("652301", "新疆昌吉市"),
    ("620102", "甘肃省兰州市城关区"), ("620502", "甘肃省天水市秦州区"),
)  # fmt: skip
NAMES = (
    "青禾", "杏花", "麦香", "云岭", "谷雨", "望山", "长河", "晨光", "远航", "向阳", "松林", "春燕", "立夏", "白杨", "清泉", "金穗",
)  # fmt: skip
FIRM_KINDS = {
    "帮扶车间": "workshop",
    "合作社": "cooperative",
    "村委会": "village",
    "项目部": "project",
    "家政公司": "agency",
}
LOCAL_SHARE = {"621121": ("通渭县", 25, 900), "620823": ("崇信县", 20, 500)}


def _named(rng: random.Random, taken: set[str], where: str, firm: str) -> str:
    for name in rng.sample(NAMES, len(NAMES)):
        full = f"{where}{name}示范{firm}"
        if full not in taken:
            taken.add(full)
            return full
    raise ValueError(f"no invented name is left for {where}{firm}")


def _employer(
    rng: random.Random, number: int, name: str, trade: Trade, region: str, place: str, today: dt.date
) -> dict:
    return dict(
        external_id=f"demo-{number:03d}",
        name=name,
        kind=FIRM_KINDS.get(trade.firm, "company"),
        county_code=region[:6],
        place=place,
        contact_name=f"{rng.choice('王李张刘陈杨赵')}经理",
        phone=f"0900-{number:07d}",
        headcount=rng.choice((12, 25, 40, 80, 160, 400, 900)),
        source=SOURCE,
        checked_on=today - dt.timedelta(days=rng.randrange(20)),
        made_at=clock.now(),
    )


def employers(rng: random.Random, today: dt.date) -> list[tuple[dict, Trade, str]]:
    """The 120 employers as column values, each with its trade and the area code of its openings."""
    made: list[tuple[dict, Trade, str]] = []
    taken: set[str] = set()
    for county, (name, count, _) in LOCAL_SHARE.items():
        towns = areas.townships(county)
        for n in range(count):
            trade, town = LOCAL[n % len(LOCAL)], towns[0] if n % 3 == 0 else rng.choice(towns)
            place = f"{name}{town.name}"
            full = _named(rng, taken, name[:2] + town.name[:2], trade.firm)
            made.append((_employer(rng, len(made) + 1, full, trade, county, place, today), trade, town.code))
    while len(made) < 120:
        trade = FIRMS_AWAY[len(made) % len(FIRMS_AWAY)]
        code, place = rng.choice(PLACES_AWAY)
        full = _named(rng, taken, areas.name(code, "zh")[:2], trade.firm)
        made.append((_employer(rng, len(made) + 1, full, trade, code, place, today), trade, code))
    return made


def _pay(rng: random.Random, trade: Trade) -> dict:
    low, high = trade.pay
    step = {"month": 100, "day": 10, "hour": 1}[trade.unit]
    least = rng.randrange(low, (low + high) // 2 + 1, step)
    most = rng.randrange(max(least + step, (low + high) // 2 // step * step), high + 1, step)
    month = vacancy_words.per_month(least, most, trade.unit, trade.kind)
    return dict(
        wage_min=least, wage_max=most, wage_unit=trade.unit, currency="CNY", month_min=month[0], month_max=month[1]
    )


def _benefits(rng: random.Random, trade: Trade, away: bool) -> list[str]:
    if not away:
        return [b for b, share in (("board", 0.3), ("insurance", 0.4), ("transport", 0.15)) if rng.random() < share]
    shares = (("room", 0.75), ("board", 0.6), ("insurance", 0.55), ("transport", 0.2))
    return [b for b, share in shares if rng.random() < share]


def _times(rng: random.Random, trade: Trade, today: dt.date) -> dict:
    published = today - dt.timedelta(days=rng.randrange(45))
    shift = "two_shifts" if "night" in trade.demands else "flexible" if trade.kind == "part_time" else "day"
    hours = {"two_shifts": "8:00-20:00 或 20:00-8:00", "flexible": "时间自己定", "day": "8:00-18:00，中午休息"}
    return dict(
        shift=shift,
        hours=hours[shift],
        published_on=published,
        starts_on=today + dt.timedelta(days=rng.randrange(1, 30)),
        ends_on=today + dt.timedelta(days=rng.randrange(40, 120)) if trade.kind == "short_term" else None,
        expires_on=today + dt.timedelta(days=rng.randrange(10, 120)),
        checked_on=published,
    )


def _opening(rng: random.Random, number: int, employer: tuple[dict, Trade, str], ids: dict, today: dt.date) -> dict:
    firm, trade, region = employer
    places, away = rng.choice((1, 2, 3, 5, 8, 10, 20)), not region.startswith(tuple(LOCAL_SHARE))
    moment = clock.now()
    return dict(
        external_id=f"demo-{number:04d}",
        source=SOURCE,
        employer_id=ids[firm["external_id"]],
        title=rng.choice(trade.titles),
        occupation_code=trade.code,
        kind=trade.kind,
        region_code=region,
        place=firm["place"],
        places_total=places,
        places_left=rng.randint(1, places),
        benefits=_benefits(rng, trade, away),
        demands=list(trade.demands),
        duties=None,
        age_min=18,
        age_max=rng.choice((None, 45, 50, 55) if away else (None, 55, 60)),
        school_years_min=9 if trade.certificate else None,
        certificate=trade.certificate,
        state="open",
        made_at=moment,
        changed_at=moment,
        **_pay(rng, trade),
        **_times(rng, trade, today),
    )


def fill(s: Session, today: dt.date) -> int:
    """Add the employers and their openings; returns how many rows. The same day gives the same demo."""
    rng = random.Random(SEED)
    firms = employers(rng, today)
    s.execute(sa.insert(Employer), [firm for firm, _, _ in firms])
    ids = dict(s.execute(sa.select(Employer.external_id, Employer.id).where(Employer.source == SOURCE)).all())
    groups = [[f for f in firms if f[2].startswith(county)] for county in LOCAL_SHARE]
    groups.append([f for f in firms if not f[2].startswith(tuple(LOCAL_SHARE))])
    counts = [share[2] for share in LOCAL_SHARE.values()]
    counts.append(OPENINGS - sum(counts))
    plan = [group[n % len(group)] for group, count in zip(groups, counts, strict=True) for n in range(count)]
    rows = [_opening(rng, n + 1, firm, ids, today) for n, firm in enumerate(plan)]
    s.execute(sa.insert(Vacancy), rows)
    return len(firms) + len(rows)
