"""A synthetic school district whose figures are those of a real one.

The counts are the federal Civil Rights Data Collection's for one district (public domain, see `sources/SOURCE.md`).
Every student, date and incident is invented, but there are exactly as many students of each school, race, sex and IDEA
status, and as many of them suspended, as the source says. The output is what any district would hand in, a OneRoster
1.1 package and a discipline file, so the demo goes through the same two imports as real records.

    district = demo_district()
    plan = plan_year(district, seed=1)
    write_roster(plan, "roster.zip")
    write_discipline(plan, "discipline.csv")

The same seed gives the same bytes. Nothing here needs Django.
"""

from dashboards.demo.crdc import CrdcDistrict, load_district, not_reported, school_code
from dashboards.demo.modelled import plan_modelled
from dashboards.demo.plan import Incident, Part, School, StaffMember, Student, YearPlan
from dashboards.demo.planning import plan_year
from dashboards.demo.school_year import closures, first_day, last_day, school_days
from dashboards.demo.sources import demo_district
from dashboards.demo.writing import write_discipline, write_roster

__all__ = [
    "CrdcDistrict",
    "Incident",
    "Part",
    "School",
    "StaffMember",
    "Student",
    "YearPlan",
    "closures",
    "demo_district",
    "first_day",
    "last_day",
    "load_district",
    "not_reported",
    "plan_modelled",
    "plan_year",
    "school_code",
    "school_days",
    "write_discipline",
    "write_roster",
]
