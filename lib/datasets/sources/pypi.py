"""Fetches one file of a Python package as it lies in the index, through pip's own settings (index, mirror, proxy,
certificates, credentials). It runs nothing of the package: `pip download` would execute the build script of a source
archive. Usage: pypi.py PACKAGE VERSION FILE SECONDS TARGET. Prints "bytes COUNT" as it goes. Exit status 3: this pip is
too different; 4: the index has no such file; 5: the index can't be reached."""

import logging
import sys

package, version, filename, seconds, target = sys.argv[1:]
try:
    from pip._internal.commands import create_command
    from pip._vendor import requests

    command = create_command("download")
    arguments = ["--timeout", seconds, "--retries", "0", "--no-input", "--quiet", f"{package}=={version}"]
    options, _ = command.parse_args(arguments)
except Exception as error:
    print(error, file=sys.stderr)
    sys.exit(3)

# pip says here, and only here, why an index gave nothing.
logging.basicConfig(stream=sys.stderr, format="%(message)s", level=logging.WARNING)
logging.getLogger("pip._internal.index.collector").setLevel(logging.INFO)

with command.main_context():
    try:
        session = command.get_default_session(options)
        finder = command._build_package_finder(options=options, session=session, ignore_requires_python=True)
        links = [found.link for found in finder.find_all_candidates(package)]
    except (AttributeError, TypeError, ImportError) as error:
        print(error, file=sys.stderr)
        sys.exit(3)
    wanted = [link for link in links if link.filename == filename]
    if not wanted:
        print(f"{len(links)} files of {package} found, none called {filename}", file=sys.stderr)
        sys.exit(4 if links else 5)
    try:
        response = session.get(wanted[0].url_without_fragment, headers={"Accept-Encoding": "identity"}, stream=True)
        response.raise_for_status()
        done = 0
        with open(target, "wb") as output:
            for chunk in response.iter_content(262144):
                output.write(chunk)
                done += len(chunk)
                print("bytes", done, flush=True)
    except (requests.exceptions.RequestException, OSError) as error:
        print(error, file=sys.stderr)
        sys.exit(5)
