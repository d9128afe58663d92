"""Offices and log-ins of the demo: real counties, invented people, numbers that nobody can dial."""

from sqlalchemy.orm import Session

from core import users
from core.models import Office

PASSWORD = "wengang-demo"
OFFICES = (
    dict(
        county_code="621121",
        name="通渭县劳务办",
        name_en="Tongwei County Labour Office",
        phone="0932-0000001",
        address="通渭县平襄镇演示路1号",
        hours="周一至周五 8:30-18:00",
        on_call_phone="0932-0000009",
        is_default=True,
    ),
    dict(
        county_code="620823",
        name="崇信县劳务办",
        name_en="Chongxin County Labour Office",
        phone="0933-0000001",
        address="崇信县锦屏镇演示路2号",
        hours="周一至周五 8:30-18:00",
        on_call_phone="0933-0000009",
        is_default=False,
    ),
)
# login, name, name in English, role, area, county of the office, phone
LOGINS = (
    ("helper", "赵春晓", "Zhao Chunxiao", "caseworker", "621121", "621121", "0932-0000011"),
    ("helper2", "周明远", "Zhou Mingyuan", "caseworker", "621121", "621121", "0932-0000012"),
    ("chongxin", "孙晓峰", "Sun Xiaofeng", "caseworker", "620823", "620823", "0933-0000011"),
    ("county", "马立新", "Ma Lixin", "county_manager", "621121", "621121", "0932-0000021"),
    ("province", "何兰", "He Lan", "province_manager", "62", None, "0931-0000021"),
)


def fill(s: Session) -> int:
    """Add the offices and the log-ins; returns how many rows."""
    offices = {}
    for values in OFFICES:
        offices[values["county_code"]] = office = Office(**values)
        s.add(office)
    s.flush()
    for login, name, name_en, role, area, county, phone in LOGINS:
        users.add(
            s,
            login=login,
            password=PASSWORD,
            name=name,
            name_en=name_en,
            role=role,
            area_code=area,
            office_id=offices[county].id if county else None,
            phone=phone,
        )
    return len(OFFICES) + len(LOGINS)
