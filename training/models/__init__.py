"""The records of training and certification."""

from .asking import CalendarFeed, HoldRequest, HoldRequestStatus
from .certifications import Certification, CertificationPause, CertificationStatus, CertificationTerm
from .courses import Course, CourseVersion
from .credentials import Credential, CredentialVersion, Requirement, RequirementGroup
from .languages import Language
from .peers import PeerTraining
from .people import Absence, Availability, PersonMerge, Practitioner, PractitionerLanguage
from .practices import TIERS, Practice
from .progress import CircleCredit, Evaluation, Observation, Pathway, PathwayExtension, Rubric
from .registrations import Attendance, Registration, RegistrationStatus
from .sessions import SessionDay, SessionSeats, SessionStatus, SessionTrainer, TrainingSession

__all__ = [
    "TIERS",
    "Absence",
    "Attendance",
    "Availability",
    "CalendarFeed",
    "Certification",
    "CertificationPause",
    "CertificationStatus",
    "CertificationTerm",
    "CircleCredit",
    "Course",
    "CourseVersion",
    "Credential",
    "CredentialVersion",
    "Evaluation",
    "HoldRequest",
    "HoldRequestStatus",
    "Language",
    "Observation",
    "Pathway",
    "PathwayExtension",
    "PeerTraining",
    "PersonMerge",
    "Practice",
    "Practitioner",
    "PractitionerLanguage",
    "Registration",
    "RegistrationStatus",
    "Requirement",
    "RequirementGroup",
    "Rubric",
    "SessionDay",
    "SessionSeats",
    "SessionStatus",
    "SessionTrainer",
    "TrainingSession",
]
