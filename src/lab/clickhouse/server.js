// The HTTP interface of ClickHouse in front of its engine as a library, as far as the loader and its tests use it:
// statements by GET and POST, settings, database and parameters of a statement in the URL or in headers, the user
// "default" without a password, compressed bodies, and errors with their codes. No sessions, no clusters, no LZ4 frames.
"use strict";

const http = require("node:http");
const zlib = require("node:zlib");
const { randomUUID } = require("node:crypto");
const { promisify } = require("node:util");
const { Session } = require("chdb");

const [directory, port] = [process.argv[2], Number(process.argv[3])];

// Everything in the URL is a setting but these, which are of the interface.
const INTERFACE = new Set([
  "buffer_size", "client_protocol_version", "compress", "database", "decompress", "default_format",
  "enable_http_compression", "password", "query", "query_id", "role", "session_id", "session_timeout", "user",
  "wait_end_of_query",
]);
const PARAMETER = "param_";

// An insert whose rows follow: in the body, or behind the statement.
const INSERT = new RegExp(
  String.raw`^\s*INSERT\s+INTO\s+(?:TABLE\s+)?([\w.` + "`" + String.raw`"]+)\s*(?:\(([^)]*)\)\s*)?FORMAT\s+(\w+)\s*(?:\n|$)`, "i");
const FORMAT = /\bFORMAT\s+(\w+)\s*;?\s*$/i;

// As a server answers; everything else is an internal error.
const STATUS = new Map([
  ...[6, 15, 25, 26, 27, 36, 38, 41, 44, 53, 62, 72, 117, 321].map((code) => [code, 400]),
  [194, 401],
  ...[192, 193, 497, 516].map((code) => [code, 403]),
  ...[46, 47, 50, 56, 60, 63, 73, 81, 115].map((code) => [code, 404]),
  [48, 501],
]);

const DECODERS = new Map([
  ["gzip", promisify(zlib.gunzip)],
  ["deflate", promisify(zlib.inflate)],
  ["br", promisify(zlib.brotliDecompress)],
]);
// Node has it since 22.15.
if (zlib.zstdDecompress) {
  DECODERS.set("zstd", promisify(zlib.zstdDecompress));
}

class ServerError extends Error {
  constructor(code, message) {
    super(`Code: ${code}. DB::Exception: ${message}`);
    this.clickhouseCode = code;
  }
}

// One directory a process; every request has a connection of its own, with its own settings. This one keeps it open.
const lasting = new Session(directory);
const version = lasting.query("SELECT version()", "TabSeparated").trim();

const quoted = (text) => `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
const identifier = (text) => `\`${text.replace(/`/g, "\\`")}\``;
const literal = (text) => (/^-?\d+(\.\d+)?$/.test(text) ? text : quoted(text));

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const encoding = request.headers["content-encoding"];
  if (!encoding || encoding === "identity") {
    return body;
  }
  const decode = DECODERS.get(encoding);
  if (!decode) {
    throw new ServerError(48, `content-encoding ${encoding} is not supported here`);
  }
  return decode(body);
}

function authenticate(request, url) {
  const [, basic] = /^Basic (.*)$/i.exec(request.headers.authorization ?? "") ?? [];
  const [basicUser, basicPassword] = basic ? Buffer.from(basic, "base64").toString().split(/:(.*)/s) : [];
  const user = request.headers["x-clickhouse-user"] ?? basicUser ?? url.searchParams.get("user") ?? "default";
  const password = request.headers["x-clickhouse-key"] ?? basicPassword ?? url.searchParams.get("password") ?? "";
  if (user !== "default" || password !== "") {
    throw new ServerError(516, `${user}: Authentication failed: password is incorrect, or there is no user with such name`);
  }
}

const summary = (read, bytes, written) =>
  JSON.stringify({ read_rows: `${read}`, read_bytes: `${bytes}`, written_rows: `${written}`, written_bytes: `${bytes}` });

async function insert(session, settings, [head, table, columns, format], statement, response) {
  const result = await session.insert({
    table: table.replace(/[`"]/g, ""),
    values: statement.subarray(Buffer.byteLength(head)),
    format,
    ...(columns ? { columns: columns.split(",").map((column) => column.replace(/[`"\s]/g, "")) } : {}),
    settings,
  });
  response.setHeader("X-ClickHouse-Summary", summary(0, result.bytesWritten ?? 0, result.rowsWritten));
  response.end();
}

async function query(session, statement, asked, response) {
  const text = statement.toString();
  const format = FORMAT.exec(text)?.[1] ?? asked ?? "TabSeparated";
  const result = await session.queryAsync(text.replace(/;\s*$/, ""), { format });
  response.setHeader("X-ClickHouse-Format", format);
  response.setHeader("X-ClickHouse-Summary", summary(result.rowsRead ?? 0, result.bytesRead ?? 0, 0));
  response.end(Buffer.from(result.bytes()));
}

async function answer(request, url, response) {
  authenticate(request, url);
  const body = await bodyOf(request);
  const inUrl = url.searchParams.get("query");
  const statement = inUrl === null ? body : Buffer.concat([Buffer.from(`${inUrl}\n`), body]);
  const session = new Session(directory);
  try {
    const database = request.headers["x-clickhouse-database"] ?? url.searchParams.get("database");
    if (database) {
      session.query(`USE ${identifier(database)}`);
    }
    const settings = {};
    for (const [name, value] of url.searchParams) {
      if (name.startsWith(PARAMETER)) {
        session.query(`SET ${name} = ${quoted(value)}`);
      } else if (!INTERFACE.has(name)) {
        session.query(`SET ${name} = ${literal(value)}`);
        settings[name] = /^\d+$/.test(value) ? Number(value) : value;
      }
    }
    const rows = INSERT.exec(statement.subarray(0, 10_000).toString());
    if (rows) {
      await insert(session, settings, rows, statement, response);
    } else {
      const asked = request.headers["x-clickhouse-format"] ?? url.searchParams.get("default_format");
      await query(session, statement, asked, response);
    }
  } finally {
    session.close();
  }
}

function fail(error, response) {
  const text = String(error.message).replace(/^(Query|Insert) failed: /, "");
  const code = error.clickhouseCode ?? Number(/Code: (\d+)/.exec(text)?.[1] ?? 1002);
  response.statusCode = STATUS.get(code) ?? 500;
  response.setHeader("X-ClickHouse-Exception-Code", code);
  response.end(`${text}\n`);
}

http
  .createServer(async (request, response) => {
    const url = new URL(request.url, "http://127.0.0.1");
    response.setHeader("X-ClickHouse-Query-Id", url.searchParams.get("query_id") ?? randomUUID());
    response.setHeader("X-ClickHouse-Server-Display-Name", "tests");
    response.setHeader("X-ClickHouse-Timezone", "UTC");
    if (url.pathname === "/ping" || (request.method === "GET" && !url.searchParams.has("query"))) {
      response.end("Ok.\n");
      return;
    }
    try {
      await answer(request, url, response);
    } catch (error) {
      fail(error, response);
    }
  })
  .listen(port, "127.0.0.1", () => console.log(`ClickHouse ${version} at 127.0.0.1:${port}`));
