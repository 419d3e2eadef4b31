"""Zips and folders of tables, damaged and hostile ones among them."""

import io
import zipfile
from dataclasses import replace

import pytest

from district.spreadsheets import COMMAND_LINE_LIMITS, UPLOAD_LIMITS, Package, TableError, read_table


def zip_of(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


class TestPackages:
    MEMBERS = {"orgs.csv": b"sourcedId\n1\n", "Users.CSV": b"sourcedId,name\r\n1,a\r\n"}

    def open(self, members, limits=COMMAND_LINE_LIMITS) -> Package:
        return Package.open(io.BytesIO(zip_of(members)), limits=limits, name="roster.zip")

    def refusal(self, content: bytes, limits=UPLOAD_LIMITS) -> TableError:
        with pytest.raises(TableError) as caught:
            Package.open(io.BytesIO(content), limits=limits, name="roster.zip")
        return caught.value

    def test_members_are_found_whatever_their_case(self):
        with self.open(self.MEMBERS) as package:
            assert package.names == ["Users.CSV", "orgs.csv"]
            assert "users.csv" in package
            assert "roles.csv" not in package
            table = package.table("users.csv")
            assert (table.file, [row.get("name") for row in table.rows]) == ("Users.CSV", ["a"])
            with pytest.raises(TableError) as caught:
                package.table("roles.csv")
            assert (caught.value.code, caught.value.file) == ("missing_file", "roles.csv")

    def test_two_tables_are_read_side_by_side(self):
        members = dict.fromkeys(("a.csv", "b.csv"), b"id\n" + b"1\n" * 200000)
        with self.open(members) as package, package.table("a.csv") as first, package.table("b.csv") as second:
            assert sum(1 for _ in zip(first.rows, second.rows, strict=True)) == 200_000

    @pytest.mark.parametrize("prefix", ["export 2021/", "export\\", "./"])
    def test_one_folder_around_all_is_looked_through(self, prefix):
        members = {prefix + name: content for name, content in self.MEMBERS.items()}
        package = self.open(members | {"__MACOSX/._orgs.csv": b"x", prefix + ".DS_Store": b"x"})
        assert package.names == ["Users.CSV", "orgs.csv"]

    def test_files_in_other_folders_are_left_aside(self):
        package = self.open({"orgs.csv": b"a\n", "old/users.csv": b"a\n", "../roles.csv": b"a\n"})
        assert package.names == ["orgs.csv"]

    def test_a_folder_works_like_a_zip(self, tmp_path):
        inner = tmp_path / "roster"
        inner.mkdir()
        for name, content in self.MEMBERS.items():
            (inner / name).write_bytes(content)
        for path in (tmp_path, inner, str(inner)):
            package = Package.open(path, limits=COMMAND_LINE_LIMITS)
            assert package.names == ["Users.CSV", "orgs.csv"]
            with package.table("ORGS.csv") as table:
                assert [row.get("sourcedId") for row in table.rows] == ["1"]
        (inner / "big.csv").write_bytes(b"x" * 2000)
        with pytest.raises(TableError):
            Package.open(inner, limits=replace(UPLOAD_LIMITS, max_total_bytes=1000))
        (tmp_path / "none").mkdir()
        with pytest.raises(TableError):
            Package.open(tmp_path / "none", limits=COMMAND_LINE_LIMITS)

    def test_what_is_no_zip_is_refused(self, tmp_path):
        assert self.refusal(b"id,name\n1,a\n").code == "unreadable_file"
        assert self.refusal(zip_of(self.MEMBERS)[:-30]).code == "unreadable_file"
        assert self.refusal(zip_of({})).code == "empty_file"
        nameless = zip_of({"x": b"a\n", "a.csv": b"a\n"}).replace(b"x", b"\0")
        assert Package.open(io.BytesIO(nameless), limits=UPLOAD_LIMITS).names == ["a.csv"]
        assert self.refusal(zip_of({"a.csv": b"a\n", "A.csv": b"a\n"})).code == "repeated_file"
        empty = tmp_path / "roster.zip"
        empty.touch()
        with pytest.raises(TableError, match=r"roster\.zip"):
            Package.open(empty, limits=COMMAND_LINE_LIMITS)

    def test_a_password_is_refused(self):
        content = bytearray(zip_of({"a.csv": b"a\n"}))
        content[content.index(b"PK\x01\x02") + 8] |= 1
        assert self.refusal(bytes(content)).code == "unreadable_file"

    def test_damaged_content_is_refused_while_reading(self):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("a.csv", b"id\n1\n2\n")
        content = target.getvalue().replace(b"id\n1\n2\n", b"id\n1\n3\n", 1)
        package = Package.open(io.BytesIO(content), limits=UPLOAD_LIMITS)
        with pytest.raises(TableError) as caught:
            list(package.table("a.csv").rows)
        assert (caught.value.code, caught.value.file) == ("unreadable_file", "a.csv")

    def test_a_wrong_offset_is_refused(self, tmp_path):
        content = bytearray(zip_of({"a.csv": b"id\n", "b.csv": b"id\n"}))
        end = content.index(b"PK\x05\x06")
        content[end + 16 : end + 20] = (0xFFFFFF).to_bytes(4, "little")
        path = tmp_path / "roster.zip"
        path.write_bytes(bytes(content))
        with pytest.raises(TableError) as caught, Package.open(path, limits=COMMAND_LINE_LIMITS) as package:
            package.table("a.csv")
        assert caught.value.code == "unreadable_file"

    def test_bombs_are_refused_before_they_are_unpacked(self):
        zeros = zip_of({"users.csv": b"0" * (4 * 1024 * 1024)})
        for limits in (UPLOAD_LIMITS, COMMAND_LINE_LIMITS):
            assert self.refusal(zeros, limits).code == "too_large"
        assert self.refusal(zip_of({f"{n}.csv": b"a\n" for n in range(2001)})).code == "too_large"
        small = replace(UPLOAD_LIMITS, max_total_bytes=1500, max_member_bytes=1000)
        assert self.refusal(zip_of({"a.csv": b"x" * 1001}), small).code == "too_large"
        assert self.refusal(zip_of({"a.csv": b"x" * 800, "b.csv": b"x" * 800}), small).code == "too_large"

    def test_a_directory_that_lies_about_sizes_gains_nothing(self):
        content = bytearray(zip_of({"a.csv": b"id\n" + b"1\n" * 1_000_000}))
        entry = content.index(b"PK\x01\x02")
        content[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
        package = Package.open(io.BytesIO(bytes(content)), limits=UPLOAD_LIMITS)
        with pytest.raises(TableError):
            list(package.table("a.csv").rows)

    def test_a_stream_is_counted_while_it_is_read(self):
        limits = replace(UPLOAD_LIMITS, max_member_bytes=1000)
        with pytest.raises(TableError) as caught:
            read_table(io.BytesIO(b"id\n" + b"1\n" * 600), member_name="a.csv", limits=limits)
        assert (caught.value.code, caught.value.file) == ("too_large", "a.csv")
