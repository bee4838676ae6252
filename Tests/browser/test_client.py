"""client.js by itself, in a browser and in Node, as a program of one's own uses it."""

import json
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# One sends, two listen, and each proves that it saw everything.
STORY = """
async ({ url, tokens, peer, count }) => {
  const { ConfabClient } = await import(`${url}/client.js`);
  const make = (token) => new ConfabClient({ url, token: async () => token, storage: new Map() });
  const [ann, bob] = tokens.map(make);
  const seen = [ann, bob].map((client) => {
    const texts = [];
    client.on('message.created', ({ data }) => texts.push(data.text));
    return texts;
  });
  await Promise.all([ann.connect(), bob.connect()]);
  const { channel } = await ann.open({ user: peer });
  const sent = Array.from({ length: count }, (_, index) => ann.send(channel, { text: `m${index + 1}` }));
  const numbers = (await Promise.all(sent)).map((reply) => reply.message_number);
  const until = async (done) => {
    for (let round = 0; round < 200 && !done(); round += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await until(() => seen.every((texts) => texts.length === count));
  const proofs = [ann, bob].map((client) => client.assertComplete(channel));
  for (const client of [ann, bob]) client.close();
  return { numbers, seen, proofs };
}
"""


def expect_whole(story, count):
    assert story["numbers"] == list(range(1, count + 1))
    texts = [f"m{number}" for number in range(1, count + 1)]
    assert story["seen"] == [texts, texts]
    for proof in story["proofs"]:
        assert proof["last_message_number"] == count


@pytest.fixture
def accounts(server, register):
    return [register(name) for name in ("ann", "bob")]


def arguments(server, accounts, count):
    tokens = [account["access_token"] for account in accounts]
    return {"url": server.url, "tokens": tokens, "peer": accounts[1]["user"]["id"], "count": count}


def test_a_page_imports_it_from_the_server(browser, server, accounts):
    page = browser.new_context().new_page()
    page.goto(server.url)
    expect_whole(page.evaluate(STORY, arguments(server, accounts, 20)), 20)
    page.context.close()


def test_its_types_are_served_beside_it(browser, server):
    page = browser.new_context().new_page()
    page.goto(server.url)
    types = page.evaluate("fetch('/client.d.ts').then((answer) => answer.text())")
    assert types == (ROOT / "Sources/Web/Assets/client.d.ts").read_text()
    page.context.close()


def test_it_runs_unchanged_in_node(server, accounts, tmp_path):
    """Node 20 has its WebSocket behind a flag; later ones have it, and know the flag no more or still."""
    node = shutil.which("node")
    (tmp_path / "package.json").write_text('{"type":"module"}')
    shutil.copy(ROOT / "Sources/Web/Assets/client.js", tmp_path)
    story = STORY.replace("${url}/client.js", f"{tmp_path}/client.js")
    given = json.dumps(arguments(server, accounts, 20))
    program = f"const story = {story};\nconsole.log(JSON.stringify(await story({given})));"
    (tmp_path / "story.js").write_text(program)
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    major = int(version.removeprefix("v").split(".")[0])
    flags = ["--experimental-websocket", "--no-warnings"] if major < 22 else []
    if major < 20:
        pytest.skip("this Node has no WebSocket")
    done = subprocess.run([node, *flags, "story.js"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    expect_whole(json.loads(done.stdout), 20)


def test_what_it_promised_survives_crashes_of_the_server(browser, server, accounts):
    """Three crashes while ninety messages are sent: each arrives once, in order, and both sides prove it."""
    page = browser.new_context().new_page()
    page.goto(server.url)
    page.evaluate(f"story = ({STORY})({json.dumps(arguments(server, accounts, 90))}); 0")
    for _ in range(3):
        page.wait_for_timeout(700)
        server.kill()
        page.wait_for_timeout(300)
        server.start()
    expect_whole(page.evaluate("story"), 90)
    page.context.close()
