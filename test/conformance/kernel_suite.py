"""Jupyter's public conformance suite for kernels, every test that it has enabled.

Prints one line of JSON: how many tests ran, failed, broke off or were skipped, and the details of those that did.
"""

import json
import sys
import unittest

import jupyter_kernel_test


class FlashlabKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "tslab"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world");'
    code_stderr = 'console.error("careful");'

    completion_samples = [
        {"text": "process.stdo", "matches": {"stdout"}},
        {"text": "Number.isInt", "matches": {"isInteger"}},
        {"text": 'import { x } from "./lib/rand', "matches": {"random"}},
    ]

    complete_code_samples = ["1", "let sum = 1 + 2;", "for (const x of [1, 2]) {\n  console.log(x);\n}", "await null"]
    incomplete_code_samples = ["for (const x of [1, 2]) {", "const f = (x: number) => {", "`text", "/* comment", "f(1,"]
    invalid_code_samples = ["let = = 3;", "const 1a = 2;", "function (]"]

    code_page_something = "?process.cwd"
    code_generate_error = "throw new RangeError('out of stock');"

    code_execute_result = [
        {"code": "6*7", "result": "42"},
        {"code": "'a'.repeat(3)", "result": "'aaa'"},
        {"code": "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>1</b>' }) })", "mime": "text/html"},
        {"code": "await Promise.resolve(5)", "result": "5"},
    ]
    code_display_data = [
        {"code": 'import { display } from "tslab"; display.html("<b>bold</b>")', "mime": "text/html"},
        {"code": 'import { display as d } from "tslab"; d.png(new Uint8Array([137, 80]))', "mime": "image/png"},
        {"code": 'import { markdown, show } from "./lib/workbench/index"; await show(markdown("# T"))', "mime": "text/markdown"},
    ]

    code_history_pattern = "6?7"
    supported_history_operations = ("tail", "range", "search")

    code_inspect_sample = "process.cwd"
    code_clear_output = '(globalThis as any)[Symbol.for("flashlab.host")].clearOutput()'


class FlashlabWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "tslab"
    support_iopub_welcome = True


class CountingResult(unittest.TextTestResult):
    """Counts failed subtests with the test that they belong to."""

    def summary(self):
        bad = [(str(test), text) for test, text in self.failures + self.errors]
        return {
            "run": self.testsRun,
            "failed": len(self.failures),
            "errors": len(self.errors),
            "skipped": len(self.skipped),
            "details": [f"{name}\n{text}" for name, text in bad] + [f"{test}: {why}" for test, why in self.skipped],
        }


def main():
    loader = unittest.defaultTestLoader
    cases = [FlashlabKernelTests, FlashlabWelcomeTests]
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)
    runner = unittest.TextTestRunner(stream=sys.stderr, resultclass=CountingResult, verbosity=2)
    print(json.dumps(runner.run(suite).summary()))


if __name__ == "__main__":
    main()
