#!/usr/bin/env python3
"""The comparison itself must be able to fail."""
import sys
import unittest

sys.dont_write_bytecode = True
from expectation import difference  # noqa: E402


class Difference(unittest.TestCase):
    def test_equal_text_has_none(self):
        self.assertIsNone(difference("a\nb\n", "a\nb\n"))
        self.assertIsNone(difference("", ""))

    def test_missing_surplus_and_changed_lines_are_seen(self):
        for expected, found in (("a\n", ""), ("", "a\n"), ("a\n", "a\nb\n"), ("a\nb\n", "a\n"), ("a\n", "b\n"),
                                ("a\n", "a \n"), ("a\n\n", "a\n")):
            self.assertIsNotNone(difference(expected, found), (expected, found))

    def test_three_dots_stand_for_any_lines(self):
        for found in ("a\nb\n", "a\nx\nb\n", "a\nx\ny\nb\n"):
            self.assertIsNone(difference("a\n...\nb\n", found))
        for found in ("a\n", "b\n", "x\na\nb\n", "a\nb\nx\n", ""):
            self.assertIsNotNone(difference("a\n...\nb\n", found), found)
        self.assertIsNone(difference("...\nm\n...\n", "a\nm\nb\n"))
        self.assertIsNotNone(difference("...\nm\n...\n", "a\nb\n"))
        self.assertIsNone(difference("...\n", ""))

    def test_blocks_keep_their_order_and_do_not_overlap(self):
        self.assertIsNotNone(difference("...\na\n...\na\n", "a\n"))
        self.assertIsNotNone(difference("...\nb\n...\na\n...\n", "a\nb\n"))
        self.assertIsNone(difference("...\na\nb\n...\n", "a\na\nb\n"))

    def test_inline_sign_stands_for_a_run_of_characters_only(self):
        self.assertIsNone(difference("v<...> ok\n", "v1.2 ok\n"))
        self.assertIsNotNone(difference("v<...> ok\n", "v1.2 not\n"))
        self.assertIsNotNone(difference("a.c\n", "abc\n"))


if __name__ == "__main__":
    unittest.main()
