#!/usr/bin/env python3
"""The launcher ./silhouette, in a made-up checkout whose program only says how it was called: no build, no packages.

launcher_test.py. Exit 0 passed, 1 failed. What needs a user other than root is tried as nobody when root runs it.
"""
import os
import resource
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = "#!/bin/sh\nfor a in \"$@\"; do printf '[%s]' \"$a\"; done\n"
BUILDER = "#!/bin/sh\ncd \"${0%/*}/..\" || exit 5\necho built >&2\ntouch build/release/.launcher_stamp\n"


def script(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o755)


class Launcher(unittest.TestCase):
    def setUp(self):
        self.top = tempfile.TemporaryDirectory(prefix="silhouette launcher ")  # with a blank in its name
        os.chmod(self.top.name, 0o755)
        self.root = os.path.join(self.top.name, "check out")
        for folder in ("build/release", "tools", ".git"):
            os.makedirs(os.path.join(self.root, folder))
        self.launcher = os.path.join(self.root, "silhouette")
        shutil.copy(os.path.join(ROOT, "silhouette"), self.launcher)
        script(os.path.join(self.root, "build/release/silhouette"), PROGRAM)
        script(os.path.join(self.root, "tools/build_release"), BUILDER)
        self.index = os.path.join(self.root, ".git/index")
        self.stamp = os.path.join(self.root, "build/release/.launcher_stamp")
        for path, age in ((self.index, 200), (self.stamp, 100)):
            script(path, "")
            os.utime(path, (os.stat(path).st_mtime - age,) * 2)

    def tearDown(self):
        self.top.cleanup()

    def call(self, command, *arguments, cwd="/", **options):
        done = subprocess.run([command, *arguments], cwd=cwd, capture_output=True, text=True, check=False, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_hands_on_arguments_as_they_are(self):
        done = self.call(self.launcher, "hunt", "a b", "", "*", "$HOME", "--x=\"y\"")
        self.assertEqual((done.stdout, done.stderr), ("[hunt][a b][][*][$HOME][--x=\"y\"]", ""))

    def test_works_from_another_folder_and_through_links(self):
        link = os.path.join(self.top.name, "link")
        os.symlink(self.launcher, link)
        second = os.path.join(self.top.name, "second")
        os.symlink("link", second)
        for command, cwd in ((link, "/"), (second, "/"), ("./silhouette", self.root), ("../silhouette",
                             os.path.join(self.root, "tools"))):
            self.assertEqual(self.call(command, "x", cwd=cwd).stdout, "[x]")

    def test_is_found_through_the_path(self):
        done = self.call("bash", "-c", "silhouette x", env={"PATH": self.root + ":/usr/bin:/bin"})
        self.assertEqual(done.stdout, "[x]")

    def test_builds_after_a_commit_and_not_again(self):
        os.utime(self.index)
        self.assertEqual(self.call(self.launcher, "x").stderr, "built\n")
        self.assertEqual(self.call(self.launcher, "x").stderr, "")

    def test_needs_no_git(self):
        shutil.rmtree(os.path.join(self.root, ".git"))
        self.assertEqual(self.call(self.launcher, "x").stderr, "")

    def test_uses_what_is_there_in_a_checkout_it_may_not_write(self):
        os.utime(self.index)
        for folder, _, _ in os.walk(self.root):
            os.chmod(folder, 0o555)
        try:
            as_nobody = {"user": "nobody"} if os.geteuid() == 0 else {}
            self.assertEqual(self.call(self.launcher, "x", **as_nobody).stdout, "[x]")
        finally:
            for folder, _, _ in os.walk(self.root):
                os.chmod(folder, 0o755)

    def test_says_what_to_install_where_it_may_not(self):
        packages = os.path.join(self.root, "tools/packages.txt")
        shutil.copy(os.path.join(ROOT, "tools/install_packages"), os.path.join(self.root, "tools"))
        with open(packages, "w", encoding="utf-8") as file:
            file.write("no-such-package build\nanother-missing test\n")
        bare = os.path.join(self.top.name, "bin")  # a PATH without sudo
        os.mkdir(bare)
        for name in ("bash", "env", "dpkg-query", "grep", "sed"):
            os.symlink(shutil.which(name), os.path.join(bare, name))
        as_nobody = {"user": "nobody"} if os.geteuid() == 0 else {}
        done = subprocess.run([shutil.which("bash"), os.path.join(self.root, "tools/install_packages"), "build"],
                              capture_output=True, text=True, check=False, env={"PATH": bare}, **as_nobody)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("apt-get install --no-install-recommends no-such-package\n", done.stderr)

    def test_costs_at_most_five_milliseconds(self):
        def cpu_ms(command):  # of processor time: the wall clock of a busy machine says nothing
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            for _ in range(50):
                subprocess.run([command], stdout=subprocess.DEVNULL, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000 / 50

        program = os.path.join(self.root, "build/release/silhouette")
        cost = min(cpu_ms(self.launcher) - cpu_ms(program) for _ in range(3))
        print(f"launcher: {cost:.1f} ms of processor time")
        self.assertLess(cost, 5)


if __name__ == "__main__":
    unittest.main()
