"""Made-up secrets in the places where real ones stand, and what only looks like one.

Everything is made by a seeded generator and no secret stands here in one piece. A form is written as the
vendors document theirs: ``ghp_{A36}`` is the prefix and 36 letters and digits.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """``secret`` must not leave ``text``; a look-alike has none, and ``text`` must stay as it is."""

    kind: str
    text: str
    secret: str = ""


_LETTERS = {
    "A": string.ascii_letters + string.digits,
    "U": string.ascii_uppercase + string.digits,
    "l": string.ascii_lowercase + string.digits,
    "h": "0123456789abcdef",
    "d": string.digits,
    "w": string.ascii_letters + string.digits + "_-",
    "b": string.ascii_letters + string.digits + "+/",
    "a": string.ascii_lowercase,
}


def _run(rng: random.Random, letters: str, count: int) -> str:
    """A random run; long ones hold a digit and a letter of each case there is, as random ones do."""
    for _ in range(100):
        made = "".join(rng.choice(letters) for _ in range(count))
        groups = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
        if count < 8 or all(set(g) & set(made) for g in groups if set(g) & set(letters)):
            return made
    return made


def made(rng: random.Random, form: str) -> str:
    """A string of a form: ``{A36}`` stands for 36 letters and digits, ``{uuid}`` for a UUID."""

    def fill(match: re.Match[str]) -> str:
        if match[0] == "{uuid}":
            return str(uuid.UUID(int=rng.getrandbits(128), version=4))
        if match[0] == "{jwt}":
            return _jwt(rng)
        if match[0] == "{pair}":
            return base64.b64encode(made(rng, "deploy:{A18}").encode()).decode()
        return _run(rng, _LETTERS[match[1]], int(match[2]))

    return re.sub(r"\{(?:(?!uuid|jwt|pair)([A-Za-z])(\d+)|uuid|jwt|pair)\}", fill, form)


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _jwt(rng: random.Random) -> str:
    claims = {"sub": made(rng, "{d10}"), "iat": 1_700_000_000 + rng.randrange(10**7)}
    return f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}.{made(rng, '{w43}')}"


# ------------------------------------------------------------------ secrets

TOKENS = {
    # Known by their form, wherever they stand.
    "AWS access key": "AKIA{U16}",
    "AWS temporary key": "ASIA{U16}",
    "AWS Bedrock key": "ABSK{A109}=",
    "Alibaba key": "LTAI5t{A18}",
    "GitHub personal token": "ghp_{A36}",
    "GitHub OAuth token": "gho_{A36}",
    "GitHub server token": "ghs_{A36}",
    "GitHub fine-grained token": "github_pat_{A22}_{A59}",
    "GitLab personal token": "glpat-{w20}",
    "GitLab runner token": "glrt-{w20}",
    "GitLab deploy token": "gldt-{w20}",
    "GitLab trigger token": "glptt-{h40}",
    "Bitbucket app password": "ATBB{A32}",
    "Atlassian token": "ATATT3{w186}",
    "Slack bot token": "xoxb-{d12}-{d13}-{A24}",
    "Slack user token": "xoxp-{d12}-{d12}-{d13}-{h32}",
    "Slack app token": "xapp-1-A{U10}-{d13}-{h64}",
    "Discord bot token": "MT{A22}.G{A5}.{w38}",
    "Telegram token": "{d10}:AA{w33}",
    "Stripe live key": "sk_live_{A24}",
    "Stripe restricted key": "rk_live_{A99}",
    "Stripe webhook secret": "whsec_{A32}",
    "Square token": "EAAAE{w59}",
    "Square secret": "sq0csp-{w43}",
    "PayPal token": "access_token$production${l16}${h32}",
    "Razorpay key": "rzp_live_{A14}",
    "Shopify token": "shpat_{h32}",
    "Plaid token": "access-production-{uuid}",
    "Google API key": "AIza{w35}",
    "Google OAuth secret": "GOCSPX-{w28}",
    "Google access token": "ya29.{w120}",
    "Google refresh token": "1//0{w60}",
    "Firebase server key": "AAAA{w7}:APA91b{w134}",
    "Azure client secret": "{A3}8Q~{A34}",
    "Azure DevOps token": "{A76}AZDO{A4}",
    "OpenAI key": "sk-proj-{w74}T3BlbkFJ{w74}",
    "OpenAI old key": "sk-{A20}T3BlbkFJ{A20}",
    "Anthropic key": "sk-ant-api03-{w93}AA",
    "OpenRouter key": "sk-or-v1-{h64}",
    "DeepSeek key": "sk-{h32}",
    "Langfuse key": "sk-lf-{uuid}",
    "Groq key": "gsk_{A52}",
    "xAI key": "xai-{A80}",
    "Perplexity key": "pplx-{A48}",
    "Replicate token": "r8_{A37}",
    "Hugging Face token": "hf_{A34}",
    "LangSmith key": "lsv2_pt_{h32}_{h10}",
    "Pinecone key": "pcsk_{A5}_{A63}",
    "NVIDIA key": "nvapi-{w64}",
    "ElevenLabs key": "sk_{h48}",
    "npm token": "npm_{A36}",
    "PyPI token": "pypi-AgEIcHlwaS5vcmc{w150}",
    "RubyGems key": "rubygems_{h48}",
    "crates.io token": "cio{A32}",
    "NuGet key": "oy2{l43}",
    "Clojars token": "CLOJARS_{l60}",
    "Docker token": "dckr_pat_{w27}",
    "DigitalOcean token": "dop_v1_{h64}",
    "Heroku key": "HRKU-AA{w58}",
    "Fly.io token": "fo1_{w43}",
    "Netlify token": "nfp_{A36}",
    "Supabase token": "sbp_{h40}",
    "PlanetScale token": "pscale_tkn_{w43}",
    "Neon key": "napi_{l64}",
    "Databricks token": "dapi{h32}",
    "Doppler token": "dp.pt.{A43}",
    "Vault token": "hvs.{w90}",
    "Terraform token": "{A14}.atlasv1.{w67}",
    "Pulumi token": "pul-{h40}",
    "Tailscale key": "tskey-auth-{A12}CNTRL-{A32}",
    "1Password token": "ops_eyJ{A260}",
    "age key": "AGE-SECRET-KEY-1{U58}",
    "SendGrid key": "SG.{w22}.{w43}",
    "Mailgun key": "key-{h32}",
    "Mailchimp key": "{h32}-us12",
    "Brevo key": "xkeysib-{h64}-{A16}",
    "Resend key": "re_{A8}_{A24}",
    "Twilio key": "SK{h32}",
    "Sentry token": "sntryu_{h64}",
    "New Relic key": "NRAK-{U27}",
    "Grafana service token": "glsa_{A32}_{h8}",
    "Grafana cloud token": "glc_{A60}=",
    "Dynatrace token": "dt0c01.{U24}.{U64}",
    "PostHog key": "phx_{A43}",
    "LaunchDarkly key": "sdk-{uuid}",
    "Linear key": "lin_api_{A40}",
    "Notion token": "ntn_{d11}{A35}",
    "Airtable token": "pat{A14}.{h64}",
    "Figma token": "figd_{w40}",
    "Typeform token": "tfp_{w44}_{w14}",
    "HubSpot token": "pat-na1-{uuid}",
    "Postman key": "PMAK-{h24}-{h34}",
    "SonarQube token": "squ_{h40}",
    "Buildkite token": "bkua_{l40}",
    "CircleCI token": "CCIPAT_{A22}_{h40}",
    "Artifactory key": "AKCp{A69}",
    "Octopus key": "API-{U26}",
    "OpenShift token": "sha256~{w43}",
    "Dropbox token": "sl.{w135}",
    "Facebook token": "EAAC{A150}",
    "Mapbox token": "sk.{jwt}",
    "JWT": "{jwt}",
}
ANYWHERE = (
    "{}",
    "Error: request failed with {} (401)",
    'client = Client("{}")',
    "    at login (app.js:3:1) key={}",
    '{"level":"error","detail":"rejected {}","status":401}',
    "- {}",
    "+  x: '{}',",
    "2026-11-22T07:00:00Z ERROR sync: sent {}, got 403",
    "ValueError: cannot parse {!r}".replace("{!r}", "'{}'"),
    "curl https://api.example.com/v1/items?key={}&page=2",
)

NAMED = {
    # Known by what stands around them alone; a form, and the places.
    "AWS secret key": (
        "{b40}",
        ("AWS_SECRET_ACCESS_KEY={}", 'secretAccessKey: "{}"', "aws_secret_access_key = {}"),
    ),
    "AWS session token": ("IQoJb3JpZ2luX2Vj{b300}==", ("AWS_SESSION_TOKEN={}", '"SessionToken": "{}"')),
    "AWS signed URL": (
        "{h64}",
        (
            "https://b.s3.amazonaws.com/k?X-Amz-Expires=300&X-Amz-Signature={}",
            "GET /k?a=1&X-Amz-Signature={} 403",
        ),
    ),
    "Azure storage key": (
        "{b86}==",
        ("DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};EndpointSuffix=core.windows.net",),
    ),
    "Azure signed URL": (
        "{A43}%3D",
        ("https://a.blob.core.windows.net/c/b?sv=2024-11-04&se=2026-11-23&sr=b&sp=r&sig={}",),
    ),
    "Azure bus key": (
        "{b43}=",
        ("Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey={}",),
    ),
    "Azure subscription key": (
        "{h32}",
        ("Ocp-Apim-Subscription-Key: {}", '"Ocp-Apim-Subscription-Key": "{}"'),
    ),
    "Datadog key": ("{h32}", ("DD_API_KEY={}", 'datadog.initialize(api_key="{}")', "dd-api-key: {}")),
    "Twilio auth token": ("{h32}", ("TWILIO_AUTH_TOKEN={}", "authToken: '{}',")),
    "Heroku UUID key": ("{uuid}", ("HEROKU_API_KEY={}", "heroku_api_key: {}")),
    "Cloudflare token": ("{w40}", ("CLOUDFLARE_API_TOKEN={}", "cf_api_token = '{}'")),
    "Algolia key": ("{h32}", ("X-Algolia-API-Key: {}", 'algoliaAdminApiKey: "{}"')),
    "Okta token": ("00{w40}", ("Authorization: SSWS {}", "OKTA_API_TOKEN={}")),
    "bearer token": (
        "{A40}",
        ("Authorization: Bearer {}", '"authorization": "Bearer {}"', "headers={'Authorization': 'Token {}'}"),
    ),
    "basic authentication": (
        "{pair}",
        ("Authorization: Basic {}", '"auth": "{}"', "authorization=[Basic {}]"),
    ),
    "header key": (
        "{h40}",
        ("X-Api-Key: {}", "'x-auth-token': '{}'", "PRIVATE-TOKEN: {}", "x-functions-key: {}"),
    ),
    "session cookie": (
        "{A32}",
        ("Cookie: theme=dark; sessionid={}; lang=en", "Set-Cookie: PHPSESSID={}; path=/", "JSESSIONID={}"),
    ),
    "signed cookie": (
        "s%3A{w32}.{w43}",
        ("Cookie: connect.sid={}", "set-cookie: connect.sid={}; Path=/; HttpOnly"),
    ),
    "URL password": (
        "{A14}",
        (
            "postgresql://shop:{}@db.internal:5432/shop",
            "could not connect to mysql://root:{}@10.0.0.5/shop",
            "DATABASE_URL=mongodb+srv://app:{}@cluster0.abcde.mongodb.net/?retryWrites=true",
            "redis://:{}@cache:6379/0",
            "fatal: unable to access 'https://ci:{}@git.example.com/a/b.git/'",
            "amqps://shop:{}@mq.example.com/vhost",
        ),
    ),
    "URL token": (
        "{A36}",
        ("https://{}@git.example.com/a/b.git", "git clone https://{}:x-oauth-basic@git.example.com/a/b"),
    ),
    "connection string": (
        "{A9}!{A4}",
        (
            "Server=tcp:db.example.com,1433;User ID=sa;Password={};Encrypt=True",
            "Data Source=db;Uid=app;Pwd={};",
            "jdbc:sqlserver://db:1433;databaseName=shop;user=sa;password={}",
            "host=db port=5432 user=app password={} dbname=shop",
        ),
    ),
    "password in code": (
        "{a6}{d3}!",
        (
            'password = "{}"',
            "const dbPassword = '{}';",
            'conn = connect(host="db", user="app", password="{}")',
            'String password = "{}";',
            'cfg.Password = "{}"',
            '$config["db_password"] = "{}";',
            ":password => '{}',",
            'user.setPassword("{}");',
        ),
    ),
    "password in data": (
        "{A10}#{d2}",
        (
            '{"user":"ann","password":"{}","remember":true}',
            '"{\\"password\\":\\"{}\\",\\"n\\":1}"',
            "password: {}",
            "password: '{}'",
            "{'username': 'ann', 'password': '{}'}",
            "spring.datasource.password={}",
            "DB_PASSWORD={}",
            "export PGPASSWORD='{}'",
            "ENV MYSQL_ROOT_PASSWORD={}",
            "User(name=ann, password={}, age=3)",
            "<password>{}</password>",
            '<add key="SmtpPassword" value="{}" />',
        ),
    ),
    "password in a command": (
        "{A12}",
        (
            "$ mysql -u root -p{} shop",
            "curl -u ann:{} https://example.com",
            "sshpass -p {} ssh ann@host",
            "psql --password={} shop",
            "redis-cli -h cache -a {} ping",
            "docker login -u ann -p {} registry.example.com",
            "subprocess.CalledProcessError: Command '['mysqldump', '--password={}', 'shop']' returned 2",
        ),
    ),
    "netrc": ("{A14}", ("machine git.example.com login ann password {}",)),
    "password in SQL": ("{A12}", ("CREATE USER ann IDENTIFIED BY '{}'", "ALTER ROLE app WITH PASSWORD '{}'")),
    "password in a form": (
        "{A12}",
        ("POST /login user=ann&password={}&x=1", "body: grant_type=password&username=ann&password={}"),
    ),
    "client secret": (
        "{w40}",
        ("client_secret={}&grant_type=client_credentials", 'clientSecret: "{}"', "OIDC_CLIENT_SECRET: {}"),
    ),
    "signing key": (
        "{A50}",
        (
            "SECRET_KEY = '{}'",
            "JWT_SECRET={}",
            "signing_key: {}",
            "app.secret_key = '{}'",
            "APP_KEY=base64:{}=",
        ),
    ),
    "encryption key": ("{h64}", ("ENCRYPTION_KEY={}", 'masterKey: "{}"', "encryption.key={}")),
    "wallet key": (
        "0x{h64}",
        ("PRIVATE_KEY={}", 'privateKey: "{}"', "new ethers.Wallet({ privateKey: '{}' })"),
    ),
    "WireGuard key": ("{b43}=", ("PrivateKey = {}", "PresharedKey = {}")),
    "OAuth code": (
        "{w44}",
        ("GET /callback?state=x&access_token={}", '{"refresh_token":"{}","expires_in":3600}', "id_token={}"),
    ),
    "consumer secret": (
        "{A50}",
        ('consumer_secret="{}"', "TWITTER_CONSUMER_SECRET={}", "oauth_token_secret={}"),
    ),
    "Slack webhook": (
        "T{U8}/B{U10}/{A24}",
        ("https://hooks.slack.com/services/{}", "url='https://hooks.slack.com/services/{}'"),
    ),
    "Teams webhook": (
        "{uuid}@{uuid}/IncomingWebhook/{h32}/{uuid}",
        ("POST https://acme.webhook.office.com/webhookb2/{} 400",),
    ),
    "Discord webhook": (
        "{d18}/{w68}",
        ("https://discord.com/api/webhooks/{}", "429 for https://discordapp.com/api/webhooks/{}"),
    ),
    "recovery phrase": (
        "{a5} {a6} {a4} {a5} {a3} {a7} {a5} {a6} {a4} {a5} {a3} {a7}",
        ('mnemonic = "{}"', "seed phrase: {}"),
    ),
    "webhook secret": ("{h40}", ("WEBHOOK_SECRET={}", 'webhookSecret = "{}"')),
    "npmrc": ("{uuid}", ("//npm.example.com/:_authToken={}", "//npm.example.com/:_password={}")),
    "passphrase": ("{a5}-{a6}-{d3}", ("passphrase: {}", 'key_passphrase = "{}"')),
    "foreign password": ("{A12}", ("contraseña={}", "mot_de_passe: {}", "Passwort: {}", "senha = '{}'")),
    "environment dump": (
        "{A32}",
        (
            "environ({'HOME': '/root', 'API_TOKEN': '{}', 'LANG': 'C'})",
            "HOME=/root SHOP_API_TOKEN={} LANG=C node server.js",
            "process.env.API_SECRET: '{}'",
            "-e STRIPE_SECRET={} shop:latest",
        ),
    ),
}
KEY_BLOCKS = (
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "PGP PRIVATE KEY BLOCK",
)


def _blocks(rng: random.Random) -> Iterator[Case]:
    """Private keys, over lines and in one JSON string."""
    for kind in KEY_BLOCKS:
        body = [made(rng, "{b64}") for _ in range(5)]
        lines = [f"-----BEGIN {kind}-----", *body, f"-----END {kind}-----"]
        yield Case(f"key block: {kind}", "\n".join(lines), "\n".join(body))
        yield Case(f"key block: {kind}", json.dumps({"key": "\n".join(lines)}), "\\n".join(body))


def secrets(seed: int, each: int = 3) -> list[Case]:
    """At least ``each`` secrets of every kind, every kind in all of its places."""
    rng = random.Random(seed)  # noqa: S311 - made-up secrets, the same in every run
    cases = list(_blocks(rng))
    for kind, form in TOKENS.items():
        for place in rng.sample(ANYWHERE, each):
            secret = made(rng, form)
            cases.append(Case(kind, place.replace("{}", secret, 1), secret))
    for kind, (form, places) in NAMED.items():
        for n in range(max(each, len(places))):
            secret = made(rng, form)
            cases.append(Case(kind, places[n % len(places)].replace("{}", secret, 1), secret))
    return cases


# ------------------------------------------------------------------ what only looks like a secret

Forms = tuple[str, ...]
LOOKALIKES: dict[str, Forms] = {
    "commit": (
        "commit {h40}",
        "{h7}..{h7}  main -> main",
        "HEAD is now at {h9} Fix the total",
        "From {h40} Mon Sep 17 00:00:00 2001",
    ),
    "blob": ("index {h7}..{h7} 100644", "100644 blob {h40}\tREADME.md"),
    "uuid": (
        "order {uuid} not found",
        "GET /users/{uuid}/orders 500",
        '"id": "{uuid}",',
        "KeyError: UUID('{uuid}')",
    ),
    "request id": (
        "x-request-id: {uuid}",
        "X-Amzn-Trace-Id: Root=1-{h8}-{h24}",
        "traceparent: 00-{h32}-{h16}-01",
        '"trace_id":"{h32}","span_id":"{h16}"',
        "correlationId={uuid} took 12 ms",
        "cf-ray: {h16}-FRA",
    ),
    "digest": (
        "sha256:{h64}",
        "image: shop@sha256:{h64}",
        "md5sum {h32}  archive.tar.gz",
        'ETag: "{h32}"',
        "expected {h64} but got {h64}",
        "checksum mismatch: {h40} != {h40}",
    ),
    "lock file": (
        '"integrity": "sha512-{b86}=="',
        "    --hash=sha256:{h64} \\",
        'checksum = "{h64}"',
        "golang.org/x/net v0.30.0 h1:{b43}=",
        '  resolved "https://registry.yarnpkg.com/left-pad/-/left-pad-1.3.0.tgz#{h40}"',
        "  integrity sha1-{b27}=",
        '    "content-hash": "{h32}",',
        "      resolution: {integrity: sha512-{b86}==}",
        "  REVISION: {h40}",
        "   rev: {h40}",
    ),
    "base64 image": (
        '<img src="data:image/png;base64,iVBORw0KGgo{b200}=">',
        "background: url(data:image/gif;base64,R0lGODlhAQABA{b60}==);",
        "data:font/woff2;base64,d09GMgABAAAAA{b300}",
        "//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJ{b120}",
    ),
    "bundle": (
        "at t.render (main.{h8}.js:1:{d5})",
        "static/js/vendors~main.{h20}.chunk.js",
        ".css-{l6}-Button{color:#{h6}}",
        "_app-{h16}.js",
        "assets/index-{w8}.js:14:{d5}",
        "webpack-internal:///(rsc)/./app/page.tsx?{h4}:12:9",
    ),
    "address": (
        "<Order object at 0x7f{h10}>",
        "goroutine 1 [running]: main.f(0xc000{h6}, 0x{h2})",
        "com.acme.Order@{h8}",
        "#0  0x0000{h12} in raise () from libc.so.6",
        "fe80::{h4}:{h4}:{h4}:{h4}%eth0",
        "eth0 02:42:ac:{h2}:{h2}:{h2}",
    ),
    "object id": (
        'ObjectId("{h24}")',
        "_id: new ObjectId('{h24}')",
        "01HF{U22}",
        '"requestId":"req_{A14}"',
        "cus_{A14} has no card",
        "pi_{A24} succeeded",
        "shop-api-7d9f{h5}-{l5} CrashLoopBackOff",
        "container {h64} exited",
        "docker: {h12} is not running",
        "snowflake {d18}",
        "i-0{h16} terminated",
        "arn:aws:iam::{d12}:role/deploy",
        "subnet-0{h16}",
    ),
    "public key": (
        "ssh-rsa AAAAB3NzaC1yc2E{b300} ann@laptop",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b43} ann@laptop",
        "SHA256:{b43} ann@laptop (ED25519)",
        "-----BEGIN CERTIFICATE-----\nMIID{b60}\n{b64}\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMIIB{b60}\n{b64}\n-----END PUBLIC KEY-----",
        "Primary key fingerprint: {U4} {U4} {U4} {U4}  {U4} {U4}",
        "pk_test_{A24}",
        "publishableKey: 'pk_live_{A24}'",
    ),
    "example key": (
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7" + "EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
        "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "Authorization: Bearer YOUR_API_TOKEN",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "STRIPE_KEY=sk_test_xxxxxxxxxxxxxxxxxxxxxxxx",
        'api_key = "your-api-key-here"',
        'password = "changeme"',
        "password: <password>",
        "token: ${API_TOKEN}",
        "DB_PASSWORD=$(cat /run/secrets/db)",
        "secret: !Ref DbSecret",
        "password: {{ .Values.db.password }}",
        'token = "test-token"',
        'api_key = "dummy_api_key_1"',
        "client_secret: my-client-secret",
        "PASSWORD=********",
        "password: [FILTERED]",
        "postgres://user:password@localhost:5432/db",
        "https://user:pass@example.com",
        "redis://:@localhost:6379",
        'SECRET_KEY = os.environ["SECRET_KEY"]',
        "0x0000000000000000000000000000000000000000",
    ),
    "code about secrets": (
        "password = form.cleaned_data['password1']",
        "token = request.headers.get('X-Token')",
        "if (!user.password) throw new Error('password required');",
        "const { token, secret } = await getCredentials(id{d2});",
        "private String apiKey;",
        "def check_password(self, raw_password: str) -> bool:",
        "self.assertEqual(user.password, hashed_password{d1})",
        "KeyError: 'api_key'",
        "TypeError: Cannot read properties of undefined (reading 'token')",
        "SyntaxError: Unexpected token 'o', \"[object Obj\"... is not valid JSON",
        "secret_name: shop-database-credentials-v{d1}",
        "secretKeyRef: {name: shop-secrets-{d2}, key: password}",
        "password_reset_url = '/account/password/reset/{d2}'",
        "token_endpoint: https://login.example.com/oauth2/v{d1}/token",
        "private_key_file = '/etc/ssl/private/server{d1}.key'",
        "max_new_tokens={d4}",
        "tokens: {d5}, cost: 0.0{d2}",
        "csrf_token_name = 'csrf_{a5}_token'",
        "key={a5}.{a6}.{a4}",
        "cache_key = 'user:{d5}:orders:v2'",
        "partition_key: order#{d8}",
        'key: "{a6}_{d3}_{a4}",',
        "    at com.acme.auth.TokenService$Token.of(TokenService.java:{d2})",
        "org.springframework.security.authentication.BadCredentialsException: Bad credentials",
        'AuthenticationError: password authentication failed for user "app{d1}"',
        "Access denied for user 'app{d1}'@'10.0.0.{d1}' (using password: YES)",
        "passed: {d3}, failed: {d1}, skipped: {d1}",
        "compass_heading: N{d3}E",
        "The token expired at 2026-11-22T07:00:{d2}Z",
        "token_count = {d6}",
        "password_hash: bcrypt",
        "hidden from the user. This is useful for password input{d1}.",
        "the login needs a password field_{d2} and a token",
        "curl -u $USER:$PASS https://example.com",
        "docker run -u 1000:{d4} -p 8080:{d4} shop",
        "mysql -u root -p shop_{d2}",
        "CACHE_KEY=v1-deps-{h32}",
        "credentials: 'include'",
        "authorization: requireRole('admin{d1}')",
        "session_timeout_seconds={d5}",
        "session-id-header: X-Session-Id-{d1}",
        "access_token_lifetime: 3600s",
        "secrets.token_hex({d2})",
        "enum TokenKind { LPAREN{d1}, RPAREN{d1} }",
        "Expected token: IDENTIFIER{d1} but found STRING{d1}",
    ),
    "name": (
        "test_checkout_with_coupon_{d2} FAILED",
        "2026-11-22T07:00:{d2}.{d6}Z INFO [worker-{d2}] shop.api: GET /cart/{d6} 200",
        "release-2026.11.{d2}-rc{d1}+build.{d4}",
        "node_modules/.pnpm/next@15.0.{d1}_react@19.0.0/node_modules/next/dist/server.js:{d4}:{d2}",
        "/usr/lib/python3.11/site-packages/django/core/handlers/base.py:{d3}",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/13{d1}.0.0.0",
        "sk-fading-circle{d2} sk-cube-grid-wrapper-element",
        "npm_config_user_agent=npm/11.{d1}.0 node/v20.20.2",
        "npm_package_version=1.{d1}.{d2}",
        "dapiVersion{d2}",
        "xai_explanation_of_model_{d2}_results_table",
        "hf_hub_download_with_retry_and_cache_{d2}",
        "pat_match_group_{d2}_of_the_expression",
        "re_compile_the_pattern_again_and_again_{d2}",
        "key-value-store-with-a-long-name-{d2}",
        "sl.it.was.long.ago.{d4}",
        "api-gateway-service-deployment-{d2}",
        "SGML.parser.of.documents.{d2}",
        "https://example.com/a/b/c?page={d2}&sort=-created_at&filter=status:open",
        "user@example{d2}.com wrote 12:30:{d2}",
        "E   assert '{a8}-{d3}' == '{a8}-{d3}'",
        "0001_initial_migration_{d8}",
        "{a8}@{d1}.{d2}.{d1}",
        "SELECT id, token_type FROM sessions WHERE id = {d6}",
        "\x1b[31mFAILED\x1b[0m tests/test_tokens.py::test_refresh[{a5}-{d3}]",
        "MIT License Copyright (c) 2026 {a7} {a8}",
        "git@github.com:{a5}/{a8}.git",
        "ssh://git@git.example.com:2222/{a5}/{a8}.git",
        "http://localhost:{d4}/path@2x.png",
        "postgresql://localhost:5432/shop_{d2}",
        "ftp://anonymous@ftp.example.com/{a5}",
    ),
}


def lookalikes(seed: int, each: int = 4) -> list[Case]:
    """``each`` of every form; of those without random parts one."""
    rng = random.Random(seed)  # noqa: S311
    return [
        Case(kind, text)
        for kind, forms in LOOKALIKES.items()
        for form in forms
        for text in dict.fromkeys(made(rng, form) for _ in range(each))
    ]


# ------------------------------------------------------------------ judging


def left(case: Case, masked: str, least: int = 8) -> str:
    """A run of the secret, at least ``least`` characters or the whole, that still stands; else empty."""
    parts = re.split(r"\\n|\n", case.secret)
    for part in parts:
        size = min(least, len(part))
        for at in range(len(part) - size + 1):
            piece = part[at : at + size]
            if piece in masked and piece not in case.text.replace(case.secret, ""):
                return piece
    return ""


def failures(mask: Callable[[str], str], cases: list[Case]) -> list[Case]:
    """The secrets that did not go, the look-alikes that did not stay."""
    return [c for c in cases if (left(c, mask(c.text)) if c.secret else mask(c.text) != c.text)]
