"""Secrets are masked, look-alikes stay. No secret stands here in one piece, so that no scanner stumbles."""

from __future__ import annotations

import base64
import json
import random
import string
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crimescene.redact import redact

_RANDOM = random.Random(7)  # noqa: S311 - made-up secrets, the same in every run
ALPHANUMERIC = string.ascii_letters + string.digits


def made(length, letters=ALPHANUMERIC):
    """A random string that holds a letter and a digit."""
    return "a1B" + "".join(_RANDOM.choice(letters) for _ in range(length - 3))


def upper(length):
    """The same of capitals and digits."""
    return "A1" + "".join(_RANDOM.choice(string.ascii_uppercase + string.digits) for _ in range(length - 2))


def hexadecimal(length):
    """The same of hexadecimal digits."""
    return "a1" + "".join(_RANDOM.choice("0123456789abcdef") for _ in range(length - 2))


def _base64(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


JWT = f"{_base64({'alg': 'HS256', 'typ': 'JWT'})}.{_base64({'sub': '1234567890', 'name': 'Ann'})}.{made(43)}"
AWS = "AK" + "IA" + upper(16)
PLAIN = "hunter" + "2"
ODD = "tr0ub4" + "dor&3"

SECRETS = [
    # text with {} where the secret stands, the secret, what the mask calls it
    ("aws_access_key_id = {}", AWS, "AWS key"),
    ("Access denied for {} (status 403)", AWS, "AWS key"),
    ("AWS_SECRET_ACCESS_KEY={}", made(37) + "/Kz", "secret access key"),
    ('aws_secret_access_key = "{}"', made(40), ""),
    ("AccountName=shop;AccountKey={};EndpointSuffix=core.windows.net", made(86) + "==", ""),
    ("remote: https://x-access-token:{}@github.com/a/b.git", "gh" + "p_" + made(36), "GitHub token"),
    ("gho: {}", "gh" + "o_" + made(36), "GitHub token"),
    ("{} is expired", "github" + "_pat_" + made(60), "GitHub token"),
    ("PRIVATE-TOKEN: {}", "gl" + "pat-" + made(20), "GitLab token"),
    ("?key={}&q=1", "AI" + "za" + made(35), "Google API key"),
    ("token={}", "ya" + "29." + made(60), "Google access token"),
    ("slack: {}", "xo" + "xb-123456789012-123456789012-" + made(24), "Slack token"),
    (
        "https://{}",
        "hooks.slack.com/ser" + "vices/T" + upper(8) + "/B" + upper(8) + "/" + made(24),
        "Slack webhook",
    ),
    ("stripe.api_key = '{}'", "sk_" + "live_" + made(24), "Stripe key"),
    ("Invalid API Key provided: {}", "sk_" + "test_" + made(24), "Stripe key"),
    ("//registry.npmjs.org/:_authToken={}", "np" + "m_" + made(36), "npm token"),
    ("Incorrect API key provided: {}.", "sk" + "-proj-" + made(48), "API key"),
    ("x-api-key: {}", "sk" + "-ant-api03-" + made(80), "API key"),
    ("HF_TOKEN={}", "hf" + "_" + made(34), "Hugging Face token"),
    ("upload: {}", "py" + "pi-AgEIcHlwaS5vcmc" + made(90), "PyPI token"),
    ("{}", "SG" + "." + made(22) + "." + made(43), "SendGrid key"),
    ("bot {} stopped", "12345" + "6789:" + made(35), "Telegram token"),
    ("sid {}", "SK" + hexadecimal(32), "Twilio key"),
    ("Authorization: Bearer {}", JWT, "JWT"),
    ("cookie session={}; Path=/", JWT, "JWT"),
    ("Authorization: Bearer {}", made(40), "authorization"),
    ('"Authorization": "Basic {}"', base64.b64encode(b"ann:" + PLAIN.encode()).decode(), "authorization"),
    ("headers={{'authorization': 'Token {}'}}", hexadecimal(40), "authorization"),
    ("-H 'X-Auth-Token: {}'", hexadecimal(32), "authorization"),
    ("curl -H 'Bearer {}'", made(32), "authorization"),
    ("Set-Cookie: sessionid={}; HttpOnly", made(32), ""),
    ("postgres://app:{}@db.internal:5432/shop", PLAIN, "URL password"),
    ("redis://:{}@localhost:6379/0", made(20), "URL password"),
    ("mongodb+srv://ann:{}@cluster0.example.net", ODD, "URL password"),
    ("amqp://guest:{}@mq", "swordfish", "URL password"),
    ("Server=db;User Id=sa;Password={};Encrypt=yes", "Swordfish", "password"),
    ("jdbc:mysql://db/shop?user=app&password={}", "swordfish", "password"),
    ("GET /v1/orders?api_key={}&page=2", hexadecimal(32), "api key"),
    ('password = "{}"', PLAIN, "password"),
    ('password: str = "{}"', "swordfish", "password"),
    ('const dbPassword: string = "{}";', "swordfish", "password"),
    ('{{"user": "ann", "password": "{}"}}', "swordfish", "password"),
    ("{{'user': 'ann', 'passwd': '{}'}}", ODD, "password"),
    ('log: {{\\"password\\":\\"{}\\",\\"x\\":1}}', ODD, "password"),
    ("DB_PASSWORD={}", "swordfish", "password"),
    ("export PGPASSWORD={}", "swordfish", "password"),
    ("- POSTGRES_PASSWORD={}", "postgres", "password"),
    ("password: {}", ODD, "password"),
    ("User(name=ann, password={})", PLAIN, "password"),
    ("User{{name=ann, password={}}}", PLAIN, "password"),
    ("spring.datasource.password={}", PLAIN, "password"),
    ('.password("{}")', "swordfish", "password"),
    ('user.setPassword("{}");', "swordfish", "password"),
    ('properties.put("password", "{}");', ODD, "password"),
    ('if password == "{}":', PLAIN, "password"),
    ("mysqldump --password {} shop", ODD, "password"),
    ("tool --api-key={}", hexadecimal(32), "api key"),
    ("CREATE USER ann IDENTIFIED BY '{}'", "swordfish", "password"),
    ("<password>{}</password>", "swordfish", "password"),
    ('<property name="hibernate.password" value="{}"/>', "swordfish", "password"),
    ('SECRET_KEY = "{}"', "django-insecure-" + made(40), "secret key"),
    ("clientSecret: '{}',", made(40), "client secret"),
    ("api_key: {}", hexadecimal(32), "api key"),
    ('token = "{}"', hexadecimal(40), "token"),
    ("refresh_token={}", made(40), "refresh token"),
    ('"accessToken" : "{}"', made(64), "access token"),
    ("api-token: {}", "550e8400-e29b-41d4-a716-446655440000", "api token"),
    ("JSESSIONID={}", upper(32), "jsessionid"),
]


@pytest.mark.parametrize(("text", "secret", "kind"), SECRETS, ids=[text[:30] for text, _, _ in SECRETS])
def test_secrets_are_masked(text, secret, kind):
    """What gives access is replaced by a mask that says what it was; all around it stays."""
    before, after = (part.replace("{{", "{").replace("}}", "}") for part in text.split("{}"))
    found = redact(before + secret + after)
    assert secret not in found.text
    assert found.count == 1
    assert found.text.startswith(before + "\u2039secret 1: ")
    assert found.text.endswith("\u203a" + after)
    assert kind in found.text


STAY = """\
password = get_password()
password = getpass.getpass("Password: ")
password = input("Password: ")
token = tokens[0]
token = self.token2.value
token = next(tokens)
password=password
password = os.environ["DB_PASSWORD"]
password=settings.DB_PASSWORD2
password: string
password?: string;
def login(user: str, password: str = None) -> str:
private final String password;
password = "${DB_PASSWORD}"
password = "{{ vault_password }}"
password = f"{user}{password}"
password = "********"
password = "<your-password>"
password = "changeme"
"password": "password",
DB_PASSWORD=$1
DB_PASSWORD=$(cat /run/secrets/db)
PWD=/home/ann/project2
OLDPWD=/srv/app1/data
Unexpected token: punc (;)
SyntaxError: Unexpected token '<', "<!DOCTYPE "... is not valid JSON
Expected token: IDENTIFIER1
token: "LPAREN2"
token_type: "bearer"
max_tokens = 8192
tokenizer = "cl100k_base"
eos_token = "<|endoftext|>"
key = "user-settings-v2"
primary_key = "order_id_2"
password_field = "password_input_2"
password_min_length = 12
if update_password == "always":
"password": "must have 8 characters"
api_key_header = "X-API-Key-2"
credentials: "same-origin"
secret: "my-secret-1"
secretName: kubernetes-tls-2
private_key = "/etc/ssl/private/server1.key"
private_key_path: certs/server1.pem
Authorization: Bearer <token>
headers["Authorization"] = "Bearer " + token
authorization: AuthorizationManager
WWW-Authenticate: Basic realm="shop2"
commit 3f785a5d1e2b4c6d7e8f9a0b1c2d3e4f5a6b7c8d
index 3f785a5..9a0b1c2 100644
id: 550e8400-e29b-41d4-a716-446655440000
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4">
integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"
    at org.apache.commons.lang3.time.FastDateParser.parse(FastDateParser.java:123)
    at com.example.TokenParser$Token.next(TokenParser.java:88)
  File "/srv/app/tokens/token2.py", line 12, in read_token
http://localhost:8080/path@2x
https://example.com:8443/a?b=c@d
git@github.com:ann/shop.git
ssh://git@github.com/ann/shop.git
pip install sk-learn-contrib-something-quite-long
class="sk-fading-circle-with-a-long-name"
version = "2024.1.0-beta2+build5"
-----BEGIN CERTIFICATE-----
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 ann@laptop
monkey: "banana12345"
compass="N12345678E"
"""


@pytest.mark.parametrize("line", STAY.splitlines())
def test_lookalikes_stay(line):
    """Code, hashes, names and placeholders are evidence and not secret."""
    found = redact(line)
    assert (found.text, found.count) == (line, 0)


def block(kind="RSA PRIVATE KEY", lines=4):
    """A key block of a given kind."""
    body = "\n".join(made(64) for _ in range(lines - 1)) + "\n" + made(20) + "="
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----"


@pytest.mark.parametrize(
    "kind", ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"]
)
@pytest.mark.parametrize("prefix", ["", "    ", "+", "  # ", "api-1  | "])
def test_key_blocks_are_masked(kind, prefix):
    """A private key loses its body, keeps its lines, and counts once."""
    text = "\n".join(prefix + line for line in ["key = '''", *block(kind).split("\n"), "'''", "done"])
    found = redact(text)
    assert found.count == 1
    assert found.text.count("\n") == text.count("\n")
    body = block(kind).split("\n")[1]
    assert not any(run in found.text for run in text.split("\n")[2:-3])
    assert f"{prefix}-----BEGIN {kind}-----\n{prefix}\u2039secret 1: private key\u203a\n" in found.text
    assert found.text.endswith(f"\n{prefix}-----END {kind}-----\n{prefix}'''\n{prefix}done")
    assert body not in found.text


def test_a_key_on_one_line_is_masked():
    """Service accounts hold their key as one JSON string."""
    key = block("PRIVATE KEY")
    text = json.dumps({"private_key_id": "a1", "private_key": key + "\n", "client_email": "a@b.c"})
    found = redact(text)
    assert found.count == 1
    assert not any(line in found.text for line in key.split("\n")[1:-1])
    assert found.text.endswith('\\n-----END PRIVATE KEY-----\\n", "client_email": "a@b.c"}')


def test_a_key_in_string_literals_is_masked():
    """A key glued together in code goes line by line."""
    lines = block("PRIVATE KEY").split("\n")
    text = " +\n".join(f'    "{line}\\n"' for line in lines)
    found = redact(text)
    assert found.count == 1
    assert not any(line in found.text for line in lines[1:-1])


def test_a_key_without_an_end_is_masked_as_far_as_it_goes():
    """A trace may cut a key; the text after it stays."""
    lines = block().split("\n")[:-2]
    found = redact("\n".join([*lines, "ValueError: could not read the key"]))
    assert not any(line in found.text for line in lines[1:])
    assert found.text.endswith("\nValueError: could not read the key")
    assert found.count == 1


def test_masks_can_be_compared():
    """The same secret has the same mask wherever it stands, another one another; lengths do not show."""
    one, other = made(40), made(64)
    found = redact(f'token = "{one}"\napi_key = "{other}"\nretry with {one}: token="{one}"')
    first, second = "\u2039secret 1: token\u203a", "\u2039secret 2: api key\u203a"
    assert found.text == f'token = "{first}"\napi_key = "{second}"\nretry with {first}: token="{first}"'
    assert found.count == 4


def test_masks_can_be_shared_between_calls():
    """What one text showed to be a secret is masked in the next."""
    masks: dict[str, str] = {}
    secret = made(30)
    redact(f'token = "{secret}"', masks)
    assert redact(f"sent {secret} twice", masks).text == "sent \u2039secret 1: token\u203a twice"


def test_words_used_as_passwords_stay_elsewhere():
    """A password that is a word is masked where it is a password."""
    found = redact('DB_PASSWORD=production\nenvironment = "production"')
    assert found.text.endswith('environment = "production"')
    assert found.count == 1


@given(st.lists(st.sampled_from([*STAY.splitlines(), *[t.replace("{}", s) for t, s, _ in SECRETS], block()])))
def test_masking_twice_is_masking_once(lines):
    """What was masked stays as it is; no line comes or goes."""
    text = "\n".join(lines)
    once = redact(text)
    assert redact(once.text) == type(once)(once.text, 0)
    assert once.text.count("\n") == text.count("\n")


@given(st.text())
def test_any_text_is_accepted(text):
    """Nothing crashes, lines stay lines."""
    assert redact(text).text.count("\n") == text.count("\n")


HOSTILE = [
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n" + "A" * 64 + "\n",
    "eyJ",
    "eyJhbGciOiJIUzI1NiJ9.",
    "sk-",
    "sk-aA1",
    "password=",
    "password: ",
    "token = '",
    'token = "' + "a1" * 40,
    "secret" + " " * 40,
    "://a:b",
    "://" + "a" * 90 + ":",
    "Authorization: Bearer ",
    "Cookie: a=",
    "ghp_" + "a" * 30,
    "AKIA",
    "xoxb-1-",
    "aws key '",
    "--password ",
    "name='password' value='",
    "Bearer " + "a" * 4000 + " ",
    "gl" + "agent-" + "a" * 40 + ".",
    "mysql -",
    "mysql " + "a" * 190 + " ",
    "curl -u a",
    "machine ",
    "docker login ",
    "&sig=",
    "mnemonic = abc ",
    "mnemonic = " + "abcd " * 30,
    "https://" + "a1" * 140,
    "AZDO" + "a" * 80,
    "a.eyJ",
    "sk.eyJ" + "a" * 40 + ".",
    "1//0",
    "AAAA1234567:APA91b",
    "_auth = aaaaaaaa",
    "SHOP_KEY",
    "A_KEY=",
    "pat" + "a1" * 7 + ".",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear(piece):
    """A megabyte of any bait takes about ten times as long as a tenth of it, and not long."""
    text = piece * (400_000 // len(piece))
    redact(piece * 10)

    def seconds(text):
        start = time.process_time()
        redact(text)
        return time.process_time() - start

    small = min(seconds(text[:40_000]) for _ in range(2))
    large = seconds(text)
    assert large < 40 * small + 0.05
    assert large < 10


def test_the_library_is_not_imported_in_vain():
    """A text without the beginning of a known token costs no import of the library."""
    code = (
        "import sys; from crimescene.redact import redact; "
        "redact('password=hunter2 token: x at a.b.c(D.java:3) https://u:p@h'); "
        "sys.exit('detect_secrets' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
