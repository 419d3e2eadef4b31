"""The federal counts the demo district is built from."""

from pathlib import Path

from dashboards.demo.crdc import CrdcDistrict, load_district

_FOLDER = Path(__file__).parent


def demo_district() -> CrdcDistrict:
    """Counts of the demo district, Sioux Falls School District 49-5, school year 2020-21."""
    return load_district(_FOLDER / "sioux_falls_sd_2020-21.csv", _FOLDER / "sioux_falls_sd_schools.csv")
