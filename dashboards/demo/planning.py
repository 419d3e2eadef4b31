"""The real school year: as many students and events as the source counts."""

from dashboards.demo.acts import plan_acts
from dashboards.demo.crdc import CrdcDistrict, not_reported
from dashboards.demo.incidents import write_incidents
from dashboards.demo.plan import School, YearPlan, seeded
from dashboards.demo.population import enroll_students, hire_staff


def plan_year(district: CrdcDistrict, *, seed: object, year: int = 2021) -> YearPlan:
    """A synthetic school year that equals the district's counts in every school, race, sex and IDEA status.

    Equal are: students enrolled on 1 October; students with one and with several out-of-school suspensions, with
    in-school suspensions, with expulsions, referred to law enforcement and arrested (arrested students are among those
    referred). Events are those of students with IDEA services and without disabilities: section-504-only students have
    no race in the source's discipline counts and no events here. Reserved counts have no events; where a whole
    numerator of a school is reserved, `not_reported` of the plan lists it.

    `seed` is any value with a stable text form; the same seed gives the same plan in every process.
    """
    students = enroll_students(district, seed=seed, year=year)
    schools = tuple(School(*school) for school in district.schools)
    staff = hire_staff(schools, students, seed=seed)
    rng = seeded(seed, district.district_id, year, "discipline")
    acts = plan_acts(rng, students, district.discipline, district.oss_instances, district.days_missed)
    return YearPlan(
        district_id=district.district_id,
        district_name=district.name,
        state=district.state,
        year=year,
        modelled=False,
        schools=schools,
        staff=staff,
        students=students,
        incidents=write_incidents(rng, acts, students, staff, year),
        discipline=district.discipline,
        not_reported=tuple(not_reported(district)),
    )
