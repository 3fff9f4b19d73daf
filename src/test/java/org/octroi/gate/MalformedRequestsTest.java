package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.octroi.gate.http.RawClient;
import org.octroi.gate.http.RawClient.Answer;

/**
 * What no honest client says, byte by byte, to a whole gate. Each is refused or hung up on, nothing
 * of it reaches the store, what follows it on the connection is never taken for a request, and the
 * next client is served.
 *
 * <p>In the tables a character is a byte (ISO 8859-1). Where the RFCs leave a choice, all that they
 * allow is listed; the house answers 400 where RFC 9110 would also let it say 501 or 505, because a
 * fault of the client is no fault of the server.
 */
class MalformedRequestsTest {

  /** Stands in a list of statuses for a connection that is closed without a word. */
  private static final int CLOSED = 0;

  private static final String LINE = "GET /rennes/parks HTTP/1.1\r\n";
  private static final String GET = LINE + "Host: gate\r\n";
  private static final String POST = "POST /rennes/parks HTTP/1.1\r\nHost: gate\r\n";
  private static final String CHUNKED = GET + "Transfer-Encoding: chunked\r\n\r\n";

  /** A request that somebody hopes to get past the gate behind another. */
  private static final String SMUGGLED =
      "GET /rennes/parks/api/smuggled HTTP/1.1\r\nHost: gate\r\n\r\n";

  @TempDir static Path folder;
  private static GateHouse house;

  @BeforeAll
  static void open() throws IOException, JOSEException {
    house =
        new GateHouse(
            folder, "--octroi.gate.header-timeout=1500ms", "--octroi.gate.body-timeout=1500ms");
    house.upstream("/parks", "[]");
    house.city.dataset("parks").published();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  /** A request, and what may be answered. */
  private record Sent(String name, Set<Integer> answers, String bytes, boolean hangsUp) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A table of requests; two of one name would hide each other in the report. */
  private static final class Table {
    private final Map<String, Sent> rows = new LinkedHashMap<>();

    Table add(String name, String bytes, Integer... answers) {
      return add(new Sent(name, Set.of(answers), bytes, false));
    }

    Table hangingUp(String name, String bytes, Integer... answers) {
      return add(new Sent(name, Set.of(answers), bytes, true));
    }

    private Table add(Sent row) {
      assertThat(rows.put(row.name(), row)).as("another row named %s", row.name()).isNull();
      return this;
    }

    Stream<Sent> stream() {
      return rows.values().stream();
    }
  }

  // ---- request lines ---------------------------------------------------------------------------

  static Stream<Sent> requestLines() {
    Table table = new Table();
    String rest = "\r\nHost: gate\r\n\r\n";
    for (String version :
        List.of(
            "HTTP",
            "HTTP/",
            "HTTP/1",
            "HTTP/1.",
            "HTTP/.1",
            "HTTP/11",
            "HTTP/1.1.1",
            "HTTP/1.10",
            "HTTP/01.1",
            "HTTP/1,1",
            "HTTP/1.x",
            "HTTP/-1.1",
            "HTTP/+1.1",
            "HTTP/1.-1",
            "http/1.1",
            "Http/1.1",
            "HTTPS/1.1",
            "HTP/1.1",
            "ICY/1.1",
            "HTTP/0.9",
            "HTTP/1.2",
            "HTTP/2.0",
            "HTTP/2",
            "HTTP/3.0",
            "HTTP/9.9",
            "HTTP/1.1x",
            "HTTP/1.1;x",
            "HTTP /1.1",
            "HTTP/ 1.1")) {
      table.add("the version " + version, "GET /rennes/parks " + version + rest + SMUGGLED, 400);
    }
    return table
        .add("no version, as in HTTP/0.9", "GET /rennes/parks\r\n" + SMUGGLED, 400)
        .add("no version, with fields", "GET /rennes/parks" + rest + SMUGGLED, 400)
        .add("a method alone", "GET\r\n" + SMUGGLED, 400)
        .add("a method and a space", "GET \r\n" + SMUGGLED, 400)
        .add("no target", "GET HTTP/1.1" + rest + SMUGGLED, 400)
        .add("no target between two spaces", "GET  HTTP/1.1" + rest + SMUGGLED, 400)
        .add("no method", "/rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("no method before a space", " /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("spaces alone", "   \r\nHost: gate\r\n\r\n" + SMUGGLED, 400)
        .add("two spaces before the target", "GET  /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("two spaces before the version", "GET /rennes/parks  HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a space in front", " GET /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a space behind", "GET /rennes/parks HTTP/1.1 " + rest + SMUGGLED, 400)
        .add("four words", "GET /rennes/parks x HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a version twice", "GET /rennes/parks HTTP/1.1 HTTP/1.1" + rest + SMUGGLED, 400)
        .add("tabs for spaces", "GET\t/rennes/parks\tHTTP/1.1" + rest + SMUGGLED, 400)
        .add("a tab before the version", "GET /rennes/parks\tHTTP/1.1" + rest + SMUGGLED, 400)
        .add("a vertical tab", "GET\013/rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a form feed", "GET /rennes/parks\fHTTP/1.1" + rest + SMUGGLED, 400)
        .add("a NUL in the line", "GET /rennes/parks\0 HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a NUL in front", "\0GET /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a bell in the target", "GET /rennes\007/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a DEL in the target", "GET /rennes/parks\177 HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a bare CR in the line", "GET /rennes/parks\r HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a bare CR before the version", "GET /rennes/parks\rHTTP/1.1" + rest + SMUGGLED, 400)
        .add("two CR at the end", "GET /rennes/parks HTTP/1.1\r" + rest + SMUGGLED, 400)
        .add("a bare LF after the line", "GET /rennes/parks HTTP/1.1\nHost: gate\r\n\r\n", 400)
        .add("bare LF everywhere", "GET /rennes/parks HTTP/1.1\nHost: gate\n\n" + SMUGGLED, 400)
        .add("bare CR everywhere", "GET /rennes/parks HTTP/1.1\rHost: gate\r\r", 400, 408)
        .add("the method get", "get /rennes/parks HTTP/1.1\r\nConnection: close" + rest, 405)
        .add("the method Get", "Get /rennes/parks HTTP/1.1\r\nConnection: close" + rest, 405)
        .add(
            "a method of a hundred letters",
            "G".repeat(100) + " /rennes/parks HTTP/1.1\r\nConnection: close" + rest,
            405)
        .add(
            "a method of nine thousand letters",
            "G".repeat(9000) + " /rennes/parks HTTP/1.1" + rest + SMUGGLED,
            400,
            405,
            414)
        .add("a method with a parenthesis", "G(T /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a method with a slash", "G/T /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a method with a colon", "GET: /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a method with a comma", "GET, /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a method in quotes", "\"GET\" /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a method with a NUL", "GE\0T /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a method with an accent", "G\u00c9T /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .add("a method with a DEL", "GET\177 /rennes/parks HTTP/1.1" + rest + SMUGGLED, 400)
        .stream();
  }

  // ---- what is not HTTP at all -----------------------------------------------------------------

  static Stream<Sent> otherProtocols() {
    return new Table()
            .add("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 400)
            .add(
                "a ClientHello of TLS",
                "\26\3\1\0\u00a5\1\0\0\u00a1\3\3" + "\u0091\r\n\7".repeat(30) + "\n\n",
                400,
                CLOSED)
            .add(
                "a ClientHello of SSL 2",
                "\u0080\56\1\0\2\0\25\0\0\0\20\1\0\u0080\r\n\r\n",
                400,
                CLOSED)
            .add(
                "a PROXY line from nobody trusted",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + SMUGGLED,
                400,
                CLOSED)
            .add("a PROXY line that knows nothing", "PROXY UNKNOWN\r\n" + SMUGGLED, 400, CLOSED)
            .add(
                "a PROXY header of version 2",
                "\r\n\r\n\0\r\nQUIT\n\41\21\0\14\177\0\0\1\177\0\0\1\0\1\0\2" + SMUGGLED,
                400,
                CLOSED)
            .add("an answer", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + SMUGGLED, 400)
            .add("SSH", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 400)
            .add("SMTP", "EHLO example.org\r\n", 400)
            .add("Redis", "*1\r\n$4\r\nPING\r\n", 400)
            .add("a JSON object", "{\"method\":\"GET\"}\r\n\r\n", 400)
            .add("XML", "<?xml version=\"1.0\"?>\r\n\r\n", 400)
            .add("FastCGI", "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\r\n\r\n", 400, CLOSED)
            .add("nothing but NUL", "\0".repeat(300) + "\r\n\r\n" + SMUGGLED, 400, CLOSED)
            .add("all bytes there are", allBytes() + "\r\n\r\n" + SMUGGLED, 400, CLOSED)
            .stream();
  }

  private static String allBytes() {
    StringBuilder all = new StringBuilder();
    for (char c = 255; c > 0; c--) {
      all.append(c);
    }
    return all.toString();
  }

  // ---- fields ----------------------------------------------------------------------------------

  static Stream<Sent> fields() {
    Table table = new Table();
    String end = "\r\n\r\n" + SMUGGLED;
    for (char c : "(),/;<=>?@[\\]{}\"".toCharArray()) {
      table.add("a name with " + c, GET + "X" + c + "Y: z" + end, 400);
    }
    return table
        .add("a space in a name", GET + "X Y: z" + end, 400)
        .add("a tab in a name", GET + "X\tY: z" + end, 400)
        .add("a NUL in a name", GET + "X\0Y: z" + end, 400)
        .add("a bell in a name", GET + "X\7Y: z" + end, 400)
        .add("a DEL in a name", GET + "X\177Y: z" + end, 400)
        .add("an accent in a name", GET + "X\u00e9: z" + end, 400)
        .add("a bare CR in a name", GET + "X\rY: z" + end, 400)
        .add("a bare LF in a name", GET + "X\nY: z" + end, 400)
        .add("no name", GET + ": z" + end, 400)
        .add("a space for a name", GET + " : z" + end, 400)
        .add("no colon", GET + "nonsense" + end, 400)
        .add("no colon in the first line", LINE + "Host gate" + end, 400)
        .add("a space before the colon", GET + "X : z" + end, 400)
        .add("a tab before the colon", GET + "X\t: z" + end, 400)
        .add("a space before the colon of Host", LINE + "Host : gate" + end, 400)
        .add("a bare CR in a value", GET + "X: y\rz" + end, 400)
        .add("a bare CR before another field", GET + "X: y\rY: z" + end, 400)
        .add("a bare LF before another field", GET + "X: y\nY: z" + end, 400)
        .add("a bare LF after the last field", GET + "X: y\n\r\n" + SMUGGLED, 400)
        .add("a bare LF for the empty line", GET + "X: y\r\n\n" + SMUGGLED, 400)
        .add("two bare LF at the end", GET + "X: y\n\n" + SMUGGLED, 400)
        .add("two CR before the LF", GET + "X: y\r\r\n\r\n" + SMUGGLED, 400)
        .add("a CR alone for the empty line", GET + "X: y\r\n\rGET / HTTP/1.1\r\n\r\n", 400)
        .add("a NUL in a value", GET + "X: y\0z" + end, 400)
        .add("a NUL at the end of a value", GET + "X: y\0" + end, 400)
        .add("a value folded by a space", GET + "X: y\r\n z" + end, 400)
        .add("a value folded by a tab", GET + "X: y\r\n\tz" + end, 400)
        .add("a value folded to nothing", GET + "X: y\r\n " + end, 400)
        .add("a fold before the first field", LINE + " Host: gate" + end, 400)
        .add("a tab before the first field", LINE + "\tHost: gate" + end, 400)
        .add("a field folded into Host", LINE + "Host: gate\r\n X: y" + end, 400)
        .add("no Host", LINE + "X: y" + end, 400)
        .add("Host twice, the same", GET + "Host: gate" + end, 400)
        .add("Host twice, another", GET + "Host: other" + end, 400)
        .add("Host twice, in another case", GET + "HOST: other" + end, 400)
        .add(
            "Host twice in the absolute form",
            "GET http://gate/rennes/parks HTTP/1.1\r\n" + "Host: gate\r\nHost: gate" + end,
            400)
        .add(
            "no Host in the absolute form",
            "GET http://gate/rennes/parks HTTP/1.1\r\nX: y" + end,
            400)
        .add("a Host of two words", LINE + "Host: gate other" + end, 400)
        .add("a Host with a path", LINE + "Host: gate/rennes" + end, 400)
        .add("a Host with a scheme", LINE + "Host: http://gate" + end, 400)
        .add("a Host with a name and password", LINE + "Host: me:secret@gate" + end, 400)
        .add("a Host with a query", LINE + "Host: gate?x" + end, 400)
        .add("a Host with a fragment", LINE + "Host: gate#x" + end, 400)
        .add("a Host with a backslash", LINE + "Host: gate\\x" + end, 400)
        .add("a Host in quotes", LINE + "Host: \"gate\"" + end, 400)
        .add("a Host with angle brackets", LINE + "Host: <gate>" + end, 400)
        .add("a Host with letters for a port", LINE + "Host: gate:http" + end, 400)
        .add("a Host with two ports", LINE + "Host: gate:80:81" + end, 400)
        .add("a Host with a negative port", LINE + "Host: gate:-1" + end, 400)
        .add("a Host with half an IPv6 address", LINE + "Host: [::1" + end, 400)
        .add("a Host with an accent", LINE + "Host: g\u00e2te" + end, 400)
        .add("a Host with a tab", LINE + "Host: gate\tother" + end, 400)
        .stream();
  }

  // ---- where a body ends -----------------------------------------------------------------------

  static Stream<Sent> lengths() {
    Table table = new Table();
    int body = SMUGGLED.length();
    for (String length :
        List.of(
            "+" + body,
            "-" + body,
            "-1",
            "-0",
            "+0",
            "0x" + Integer.toHexString(body),
            "0x0",
            body + ".0",
            body + "e0",
            "1e3",
            "1_000",
            body + " " + body,
            "0 " + body,
            body + "\t0",
            body + ", " + body,
            body + "," + (body + 1),
            "0, " + body,
            "," + body,
            body + ",",
            body + ";x",
            "\"" + body + "\"",
            "'" + body + "'",
            "four",
            "",
            ",",
            "\013" + body,
            body + "\013",
            "\f" + body,
            "\u00a0" + body,
            "\u0664",
            "\uff14",
            "\0" + body,
            "NaN",
            "Infinity",
            "0b1",
            "0o7",
            "$((4))",
            "9223372036854775808",
            "18446744073709551616",
            "18446744073709551620",
            "9".repeat(100))) {
      table.add(
          "the length " + printable(length),
          GET + "Content-Length: " + bytes(length) + "\r\n\r\n" + SMUGGLED,
          400);
    }
    String sized = "Content-Length: " + body + "\r\n";
    return table
        .add(
            "the greatest length there is",
            GET + "Content-Length: 9223372036854775807\r\n\r\n" + SMUGGLED,
            413)
        .add("a length a byte too long", GET + "Content-Length: 65537\r\n\r\n" + SMUGGLED, 413)
        .add("a length twice, the same", GET + sized + sized + "\r\n" + SMUGGLED, 400)
        .add(
            "a length twice, the second 0",
            GET + sized + "Content-Length: 0\r\n\r\n" + SMUGGLED,
            400)
        .add(
            "a length twice, the first 0",
            GET + "Content-Length: 0\r\n" + sized + "\r\n" + SMUGGLED,
            400)
        .add(
            "a length twice, in another case",
            GET + sized + "content-length: 0\r\n\r\n" + SMUGGLED,
            400)
        .add("a length twice, one empty", GET + sized + "Content-Length:\r\n\r\n" + SMUGGLED, 400)
        .add(
            "a length twice, with a field between",
            GET + sized + "X: y\r\n" + sized + "\r\n" + SMUGGLED,
            400)
        .add(
            "a length with a space before the colon",
            GET + "Content-Length : " + body + "\r\n\r\n" + SMUGGLED,
            400)
        .add(
            "a length with a tab before the colon",
            GET + "Content-Length\t: " + body + "\r\n\r\n" + SMUGGLED,
            400)
        .add(
            "a length with a NUL before the colon",
            GET + "Content-Length\0: " + body + "\r\n\r\n" + SMUGGLED,
            400)
        .add("a length folded", GET + "Content-Length:\r\n " + body + "\r\n\r\n" + SMUGGLED, 400)
        .add("a length behind a bare CR", GET + "X: y\r" + sized + "\r\n" + SMUGGLED, 400)
        .add("a length behind a bare LF", GET + "X: y\n" + sized + "\r\n" + SMUGGLED, 400)
        .add(
            "a length twice in HTTP/1.0",
            "GET /rennes/parks HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            400)
        .stream();
  }

  static Stream<Sent> codings() {
    Table table = new Table();
    String body = "0\r\n\r\n" + SMUGGLED;
    for (String coding :
        List.of(
            "xchunked",
            "chunkedx",
            "chunke",
            "cow",
            "identity",
            "gzip",
            "gzip, chunked",
            "chunked, gzip",
            "chunked, identity",
            "identity, chunked",
            "chunked, chunked",
            "chunked,",
            ",chunked",
            ",",
            "",
            "chunked;x",
            "chunked;x=1",
            "chunked; q=0",
            "\"chunked\"",
            "'chunked'",
            "chunked chunked",
            "x chunked",
            "\013chunked",
            "chunked\013",
            "\fchunked",
            "\u00a0chunked",
            "chunked\u00ff",
            "chunked\0",
            "chun\0ked",
            "chun ked",
            "(chunked)",
            "chunked(x)",
            "chunk%65d",
            "trailers",
            "deflate, gzip",
            "chun\u212aed")) {
      table.add(
          "the coding " + printable(coding),
          GET + "Transfer-Encoding: " + bytes(coding) + "\r\n\r\n" + body,
          400);
    }
    String coded = "Transfer-Encoding: chunked\r\n";
    String sized = "Content-Length: " + body.length() + "\r\n";
    return table
        .add("a length and a coding", GET + sized + coded + "\r\n" + body, 400)
        .add("a coding and a length", GET + coded + sized + "\r\n" + body, 400)
        .add("a coding and a short length", GET + coded + "Content-Length: 4\r\n\r\n" + body, 400)
        .add("a coding and a length of 0", GET + coded + "Content-Length: 0\r\n\r\n" + body, 400)
        .add("a coding and a bad length", GET + coded + "Content-Length: x\r\n\r\n" + body, 400)
        .add("a coding and two lengths", GET + sized + coded + sized + "\r\n" + body, 400)
        .add("a POST with both", POST + sized + coded + "\r\n" + body, 400)
        .add(
            "another coding and a length",
            GET + "Transfer-Encoding: identity\r\n" + sized + "\r\n" + body,
            400)
        .add(
            "an empty coding and a length",
            GET + "Transfer-Encoding:\r\n" + sized + "\r\n" + body,
            400)
        .add("a coding twice", GET + coded + coded + "\r\n" + body, 400)
        .add(
            "a coding twice, the second identity",
            GET + coded + "Transfer-Encoding: identity\r\n\r\n" + body,
            400)
        .add(
            "a coding twice, the first identity",
            GET + "Transfer-Encoding: identity\r\n" + coded + "\r\n" + body,
            400)
        .add(
            "a coding twice, in another case",
            GET + coded + "transfer-encoding: cow\r\n\r\n" + body,
            400)
        .add(
            "a coding twice, the first gzip",
            GET + "Transfer-Encoding: gzip\r\n" + coded + "\r\n" + body,
            400)
        .add(
            "a space before the colon of a coding",
            GET + "Transfer-Encoding : chunked\r\n\r\n" + body,
            400)
        .add(
            "a tab before the colon of a coding",
            GET + "Transfer-Encoding\t: chunked\r\n\r\n" + body,
            400)
        .add(
            "a NUL before the colon of a coding",
            GET + "Transfer-Encoding\0: chunked\r\n\r\n" + body,
            400)
        .add("a coding behind a space", GET + " " + coded + "\r\n" + body, 400)
        .add("a coding behind a fold", GET + "Transfer-Encoding:\r\n chunked\r\n\r\n" + body, 400)
        .add("a coding behind a bare CR", GET + "X: y\r" + coded + "\r\n" + body, 400)
        .add("a coding behind a bare LF", GET + "X: y\n" + coded + "\r\n" + body, 400)
        .add(
            "a coding behind a bare LF, with a length",
            GET + sized + "X: y\n" + coded + "\r\n" + body,
            400)
        .add("a coding in HTTP/1.0", "GET /rennes/parks HTTP/1.0\r\n" + coded + "\r\n" + body, 400)
        .add(
            "a coding and a length in HTTP/1.0",
            "GET /rennes/parks HTTP/1.0\r\nConnection: keep-alive\r\n"
                + sized
                + coded
                + "\r\n"
                + body,
            400)
        .stream();
  }

  static Stream<Sent> chunks() {
    Table table = new Table();
    for (String size :
        List.of(
            "zz",
            "-5",
            "+5",
            "-0",
            "0x5",
            "5h",
            "5,",
            "5.",
            "5 5",
            "\0005",
            "5\0",
            " 5",
            "\t5",
            "\0135",
            "5\013",
            "5\r",
            "",
            ";x",
            "\u00b5",
            "ffffffffffffffff",
            "8000000000000000",
            "10000000000000005",
            "100000000",
            "fffffffffffffffb")) {
      table.add(
          "a chunk of size " + printable(size),
          CHUNKED + size + "\r\nhello\r\n0\r\n\r\n" + SMUGGLED,
          400,
          413);
    }
    return table
        .add(
            "a chunk size with a space behind",
            CHUNKED + "5 \r\nhello\r\n0\r\n\r\n" + SMUGGLED,
            400)
        .add("a chunk size with a bare LF", CHUNKED + "5\nhello\r\n0\r\n\r\n" + SMUGGLED, 400)
        .add("a chunk size with a bare CR", CHUNKED + "5\rhello\r\n0\r\n\r\n" + SMUGGLED, 400)
        .add("an extension with a bare LF", CHUNKED + "5;x\nhello\r\n0\r\n\r\n" + SMUGGLED, 400)
        .add(
            "an extension with a bare CR", CHUNKED + "5;x\ry\r\nhello\r\n0\r\n\r\n" + SMUGGLED, 400)
        .add("an extension with a NUL", CHUNKED + "5;\0\r\nhello\r\n0\r\n\r\n" + SMUGGLED, 400)
        .add(
            "an extension that is too long",
            CHUNKED + "5;" + "x".repeat(20_000) + "\r\nhello\r\n0\r\n\r\n" + SMUGGLED,
            400,
            413,
            431)
        .add("an extension without an end", CHUNKED + "5;" + "x".repeat(100_000), 400, 413, 431)
        .add("a size of many digits without an end", CHUNKED + "0".repeat(100_000), 400, 413, 431)
        .add("no CRLF after a chunk", CHUNKED + "5\r\nhello0\r\n\r\n" + SMUGGLED, 400)
        .add("a bare LF after a chunk", CHUNKED + "5\r\nhello\n0\r\n\r\n" + SMUGGLED, 400)
        .add("a bare CR after a chunk", CHUNKED + "5\r\nhello\r0\r\n\r\n" + SMUGGLED, 400)
        .add(
            "two letters for the CRLF after a chunk",
            CHUNKED + "5\r\nhelloXX0\r\n\r\n" + SMUGGLED,
            400)
        .add("a chunk longer than said", CHUNKED + "5\r\nhello, world\r\n0\r\n\r\n" + SMUGGLED, 400)
        .add("a bare LF after the last chunk", CHUNKED + "0\n\r\n" + SMUGGLED, 400)
        .add("two bare LF at the end of chunks", CHUNKED + "0\n\n" + SMUGGLED, 400)
        .add("a bare LF for the end of trailers", CHUNKED + "0\r\n\n" + SMUGGLED, 400)
        .add("a bare CR for the end of trailers", CHUNKED + "0\r\n\rGET / HTTP/1.1\r\n\r\n", 400)
        .add("a last chunk with a space behind", CHUNKED + "0 \r\n\r\n" + SMUGGLED, 400)
        .add(
            "a trailer with a space before the colon",
            CHUNKED + "0\r\nX : y\r\n\r\n" + SMUGGLED,
            400)
        .add("a trailer without a colon", CHUNKED + "0\r\nnonsense\r\n\r\n" + SMUGGLED, 400)
        .add("a trailer without a name", CHUNKED + "0\r\n: y\r\n\r\n" + SMUGGLED, 400)
        .add("a trailer with a NUL", CHUNKED + "0\r\nX: \0\r\n\r\n" + SMUGGLED, 400)
        .add("a trailer with a NUL in its name", CHUNKED + "0\r\nX\0: y\r\n\r\n" + SMUGGLED, 400)
        .add("a trailer with a bare LF", CHUNKED + "0\r\nX: y\nY: z\r\n\r\n" + SMUGGLED, 400)
        .add("a request for a trailer", CHUNKED + "0\r\n" + SMUGGLED, 400)
        .add(
            "one long trailer",
            CHUNKED + "0\r\nX: " + "y".repeat(20_000) + "\r\n\r\n" + SMUGGLED,
            400,
            413,
            431)
        .add(
            "two thousand trailers",
            CHUNKED + "0\r\n" + "X: yyyyyyyy\r\n".repeat(2000) + "\r\n" + SMUGGLED,
            400,
            413,
            431)
        .add(
            "chunks without an end",
            CHUNKED + ("1000\r\n" + "x".repeat(0x1000) + "\r\n").repeat(20),
            413)
        .add(
            "a chunk a byte too long",
            CHUNKED + "10001\r\n" + "x".repeat(0x10001) + "\r\n0\r\n\r\n" + SMUGGLED,
            413)
        .stream();
  }

  // ---- too much --------------------------------------------------------------------------------

  static Stream<Sent> excesses() {
    String rest = " HTTP/1.1\r\nHost: gate\r\n\r\n";
    String close = " HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n";
    return new Table()
            .add(
                "a path of nine thousand letters",
                "GET /" + "x".repeat(9000) + rest + SMUGGLED,
                414)
            .add(
                "a query of nine thousand letters",
                "GET /rennes/parks?" + "x".repeat(9000) + rest + SMUGGLED,
                414)
            .add("a line without an end", "GET /" + "x".repeat(300_000), 414)
            .add("one long field", GET + "X: " + "y".repeat(20_000) + "\r\n\r\n" + SMUGGLED, 431)
            .add("one long name", GET + "X".repeat(20_000) + ": y\r\n\r\n" + SMUGGLED, 431)
            .add("a name without an end", GET + "X".repeat(300_000), 431)
            .add("a value without an end", GET + "X: " + "y".repeat(300_000), 431)
            .add("spaces without an end", GET + "X:" + " ".repeat(300_000), 431)
            .add(
                "two thousand fields",
                GET + "X: yyyyyyyy\r\n".repeat(2000) + "\r\n" + SMUGGLED,
                431)
            .add("five thousand short fields", GET + "a:\r\n".repeat(5000) + "\r\n" + SMUGGLED, 431)
            .add("fields without an end", GET + "X: yyyyyyyy\r\n".repeat(30_000), 431)
            .add(
                "seventeen thousand bytes of cookies",
                GET + ("Cookie: " + "c".repeat(1700) + "\r\n").repeat(10) + "\r\n",
                431)
            .add("a long Host", LINE + "Host: " + "g".repeat(20_000) + "\r\n\r\n" + SMUGGLED, 431)
            .add("a large body", GET + "Content-Length: 900000\r\n\r\n" + "x".repeat(100_000), 413)
            .add(
                "a large body that waits to be told to go on",
                GET + "Expect: 100-continue\r\nContent-Length: 900000\r\n\r\n",
                413)
            .add("a path of sixty segments", "GET " + "/x".repeat(60) + close, 400)
            .add("a thousand parameters", "GET /rennes/parks?" + "a=b&".repeat(1000) + close, 400)
            .stream();
  }

  // ---- addresses -------------------------------------------------------------------------------

  static Stream<Sent> addresses() {
    Table table = new Table();
    for (String target :
        List.of(
            "/rennes/parks/../parks",
            "/rennes/parks/..",
            "/rennes/./parks",
            "/../rennes/parks",
            "/.",
            "/..",
            "/rennes/%2e%2e/rennes/parks",
            "/rennes/%2E%2E/parks",
            "/rennes/.%2e/parks",
            "/rennes/%2e./parks",
            "/rennes/%2e/parks",
            "/rennes/parks/api/../x",
            "/rennes/parks/api/%2e%2e/%2e%2e/etc/passwd",
            "//rennes/parks",
            "/rennes//parks",
            "/rennes/parks//",
            "//",
            "///",
            "/rennes/parks/api//x",
            "/rennes%2fparks",
            "/rennes%2Fparks",
            "/rennes/parks%2f..%2fparks",
            "/rennes/parks/api/..%2f..%2fsecret",
            "/rennes/parks%5c..%5cparks",
            "/rennes\\parks",
            "\\rennes\\parks",
            "/rennes/parks/..\\parks",
            "/rennes/parks/api/..%5cx",
            "/rennes/parks%00",
            "/rennes/parks%00.json",
            "/rennes/%00/parks",
            "/rennes/parks/api/x%00",
            "/rennes/parks%0a",
            "/rennes/parks%0d%0aX:%20y",
            "/rennes/parks%09",
            "/rennes/parks%1b",
            "/rennes/parks%7f",
            "/rennes/parks%ff",
            "/rennes/parks%c0%af",
            "/rennes/%c0%ae%c0%ae/parks",
            "/rennes/parks%e0%80%af",
            "/rennes/parks%f0%80%80%af",
            "/rennes/parks%ed%a0%80",
            "/rennes/parks%f4%90%80%80",
            "/rennes/parks%c3",
            "/rennes/parks%80",
            "/rennes/parks%",
            "/rennes/parks%4",
            "/rennes/parks%zz",
            "/rennes/parks%u002f",
            "/rennes/parks%+1",
            "/rennes/parks%%32f",
            "/rennes/parks#x",
            "/rennes/parks?x#y",
            "#/rennes/parks",
            "/rennes/parks\u00e9",
            "/rennes/parks\u00c3\u00a9",
            "/rennes/parks\u0080",
            "/rennes/parks?x=%",
            "/rennes/parks?x=%f",
            "/rennes/parks?x=%ff",
            "/rennes/parks?x=%00",
            "/rennes/parks?%zz=1",
            "/rennes/parks?x=\u00e9",
            "/rennes/parks?x=%c0%80",
            "rennes/parks",
            "?x=y",
            "*",
            ".",
            "..",
            "~",
            "gate",
            "gate:8081",
            "gate:8081/rennes/parks",
            "127.0.0.1",
            "http:",
            "http:/",
            "http://",
            "http:///rennes/parks",
            "http:/rennes/parks",
            "http:rennes/parks",
            "http//gate/rennes/parks",
            "http://:80/rennes/parks",
            "http://@gate/rennes/parks",
            "http://me@gate/rennes/parks",
            "http://me:secret@gate/rennes/parks",
            "http://gate:port/rennes/parks",
            "http://gate:80:81/rennes/parks",
            "http://[::1/rennes/parks",
            "http://g\u00e2te/rennes/parks",
            "http://gate\\other/rennes/parks",
            "http://gate%2fother/rennes/parks",
            "http://gate?x=/rennes/parks",
            "http://gate#/rennes/parks",
            "http://gate//rennes/parks",
            "http://gate/rennes/../rennes/parks",
            "http://gate/rennes%2fparks",
            "http://gate/http://gate/rennes/parks",
            "ftp://gate/rennes/parks",
            "file:///rennes/parks",
            "gopher://gate/rennes/parks",
            "ws://gate/rennes/parks",
            "httpx://gate/rennes/parks",
            "javascript:alert(1)",
            "data:,rennes",
            "mailto:me@example.org",
            "urn:x:rennes")) {
      table.add(
          "the address " + printable(target),
          "GET " + target + " HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n",
          400);
    }
    // Each is an address, of nothing that is offered.
    for (String target :
        List.of(
            "/",
            "/rennes",
            "/RENNES/PARKS",
            "/rennes/parks;x=1",
            "/rennes;x/parks",
            "/rennes/..;/parks",
            "/rennes/.;/parks",
            "/rennes/parks%20",
            "/rennes/parks.",
            "/rennes/parks%2e",
            "/rennes/%252e%252e/parks",
            "/rennes%252fparks",
            "/rennes/parks%2500",
            "/rennes/parks%2520",
            "/rennes/parks/other",
            "/rennes/parks/API",
            "/rennes/...",
            "/rennes/%ef%bc%8f/parks",
            "/rennes/%e2%80%ae",
            "/rennes/parks/%ef%bc%8e%ef%bc%8e/x",
            "/actuator/health",
            "/api/v1/me",
            "/.git/config",
            "/rennes/parks$%7bx%7d")) {
      table.add(
          "nothing at " + printable(target),
          "GET " + target + " HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n",
          404);
    }
    return table.stream();
  }

  static Stream<Sent> methods() {
    Table table = new Table();
    for (String method :
        List.of(
            "POST",
            "PUT",
            "DELETE",
            "PATCH",
            "TRACE",
            "TRACK",
            "DEBUG",
            "LINK",
            "PURGE",
            "PROPFIND",
            "COPY",
            "SEARCH",
            "QUERY",
            "M-SEARCH",
            "FOO",
            "PRI")) {
      table.add(
          "the method " + method,
          method + " /rennes/parks HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n",
          405);
    }
    String close = "Host: gate\r\nConnection: close\r\n";
    String sized = "Content-Length: " + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED;
    return table
        .add(
            "CONNECT to another",
            "CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n" + SMUGGLED,
            400,
            405)
        .add(
            "CONNECT to a path",
            "CONNECT /rennes/parks HTTP/1.1\r\nHost: gate\r\n\r\n" + SMUGGLED,
            400,
            405)
        .add("CONNECT with a body", "CONNECT gate:80 HTTP/1.1\r\n" + close + sized, 400, 405)
        .add("an asterisk to HEAD", "HEAD * HTTP/1.1\r\n" + close + "\r\n", 400)
        .add("an asterisk to POST", "POST * HTTP/1.1\r\n" + close + "\r\n", 400)
        .add("a request in a POST", "POST /rennes/parks HTTP/1.1\r\n" + close + sized, 405)
        .add(
            "a request in the chunks of a POST",
            "POST /rennes/parks HTTP/1.1\r\n"
                + close
                + "Transfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(SMUGGLED.length())
                + "\r\n"
                + SMUGGLED
                + "\r\n0\r\n\r\n",
            405)
        .add(
            "a request behind a close",
            "PUT /rennes/parks HTTP/1.1\r\n" + close + "\r\n" + SMUGGLED,
            405)
        .stream();
  }

  // ---- too slow, or never whole ----------------------------------------------------------------

  static Stream<Sent> unfinished() {
    return new Table()
            .add("half a line", "GET /rennes", 408, CLOSED)
            .add("half a field", GET + "X: y", 408, CLOSED)
            .add("no empty line", GET, 408, CLOSED)
            .add("half a body", GET + "Content-Length: 10\r\n\r\nhello", 408, CLOSED)
            .add("half a chunk", CHUNKED + "a\r\nhello", 408, CLOSED)
            .add("no last chunk", CHUNKED + "5\r\nhello\r\n", 408, CLOSED)
            .add("no end of trailers", CHUNKED + "0\r\nX: y\r\n", 408, CLOSED)
            .add("empty lines alone", "\r\n".repeat(20), 400, 408, CLOSED)
            .hangingUp("nothing, then good-bye", "", CLOSED)
            .hangingUp("half a line, then good-bye", "GET /rennes", 400, 408, CLOSED)
            .hangingUp("half a head, then good-bye", GET, 400, 408, CLOSED)
            .hangingUp(
                "half a body, then good-bye",
                GET + "Content-Length: 10\r\n\r\nhello",
                400,
                408,
                CLOSED)
            .hangingUp("half a chunk, then good-bye", CHUNKED + "a\r\nhello", 400, 408, CLOSED)
            .stream();
  }

  private static List<Sent> all() {
    return Stream.of(
            requestLines(),
            otherProtocols(),
            fields(),
            lengths(),
            codings(),
            chunks(),
            excesses(),
            addresses(),
            methods(),
            unfinished())
        .flatMap(group -> group)
        .toList();
  }

  @Test
  void there_are_at_least_170_of_them_and_none_may_be_served() {
    assertThat(all()).hasSizeGreaterThanOrEqualTo(170);
    assertThat(all())
        .allSatisfy(sent -> assertThat(sent.answers()).allMatch(a -> a == CLOSED || a / 100 == 4));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "requestLines",
    "otherProtocols",
    "fields",
    "lengths",
    "codings",
    "chunks",
    "excesses",
    "addresses",
    "methods",
    "unfinished"
  })
  void it_is_refused_and_nothing_behind_it_is_a_request(Sent sent) throws IOException {
    house.seen.clear();
    try (RawClient client = new RawClient(house.port())) {
      send(client, sent);
      int status = status(client, sent.bytes().startsWith("HEAD "));
      assertThat(status).as("what is answered to %s", sent).isIn(sent.answers());
      assertThat(rest(client)).as("what comes behind the answer to %s", sent).isEmpty();
    }
    assertThat(house.seen).as("what the store was asked by %s", sent).isEmpty();
    try (RawClient next = new RawClient(house.port())) {
      assertThat(next.get("/rennes/parks").answer().status()).isEqualTo(200);
    }
  }

  // ---- unusual, and sound ----------------------------------------------------------------------

  static Stream<Sent> unusual() {
    String end = "Connection: close\r\n\r\n";
    return new Table()
            .add(
                "the absolute form",
                "GET http://gate/rennes/parks HTTP/1.1\r\nHost: gate\r\n" + end,
                200)
            .add(
                "the absolute form in capitals",
                "GET HTTP://GATE/rennes/parks HTTP/1.1\r\nHost: gate\r\n" + end,
                200)
            .add(
                "the absolute form with a port",
                "GET http://gate:8081/rennes/parks HTTP/1.1\r\nHost: gate:8081\r\n" + end,
                200)
            .add(
                "the absolute form of IPv6",
                "GET http://[::1]:8081/rennes/parks HTTP/1.1\r\nHost: [::1]:8081\r\n" + end,
                200)
            .add(
                "a Host that is not the authority",
                "GET http://gate/rennes/parks HTTP/1.1\r\nHost: other\r\n" + end,
                200)
            .add("an empty line in front", "\r\n" + GET + end, 200)
            .add("no space behind a colon", LINE + "Host:gate\r\n" + end, 200)
            .add("spaces and tabs around a value", LINE + "Host: \t gate \t\r\n" + end, 200)
            .add("an empty value", GET + "X:\r\n" + end, 200)
            .add("an accent in a value", GET + "X: caf\u00e9\r\n" + end, 200)
            .add("names in capitals", LINE + "HOST: gate\r\nCONNECTION: CLOSE\r\n\r\n", 200)
            .add("a length of 0", GET + "Content-Length: 0\r\n" + end, 200)
            .add(
                "a length with zeros in front",
                GET + "Content-Length: 0005\r\n" + end + "hello",
                200)
            .add(
                "a length with a space behind", GET + "Content-Length: 5 \r\n" + end + "hello", 200)
            .add(
                "a coding in capitals",
                GET + "Transfer-Encoding: CHUNKED\r\n" + end + "0\r\n\r\n",
                200)
            .add(
                "a coding with a tab in front",
                GET + "Transfer-Encoding:\tchunked\r\n" + end + "0\r\n\r\n",
                200)
            .add(
                "an extension and a trailer",
                GET
                    + "Transfer-Encoding: chunked\r\n"
                    + end
                    + "5;x=y\r\nhello\r\n0\r\nX: y\r\n\r\n",
                200)
            .add(
                "a chunk size with zeros in front",
                GET + "Transfer-Encoding: chunked\r\n" + end + "00005\r\nhello\r\n000\r\n\r\n",
                200)
            .add(
                "a request in a body",
                GET + "Content-Length: " + SMUGGLED.length() + "\r\n" + end + SMUGGLED,
                200)
            .add(
                "a request in a chunk",
                GET
                    + "Transfer-Encoding: chunked\r\n"
                    + end
                    + Integer.toHexString(SMUGGLED.length())
                    + "\r\n"
                    + SMUGGLED
                    + "\r\n0\r\n\r\n",
                200)
            .add(
                "a request in a body of HEAD",
                "HEAD /rennes/parks HTTP/1.1\r\nHost: gate\r\nContent-Length: "
                    + SMUGGLED.length()
                    + "\r\n"
                    + end
                    + SMUGGLED,
                200)
            .add("a request behind a close", GET + end + SMUGGLED, 200)
            .add(
                "an Upgrade to HTTP/2",
                GET
                    + "Upgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n"
                    + "Connection: close, Upgrade, HTTP2-Settings\r\n\r\n",
                200)
            .add(
                "an Upgrade to WebSocket",
                GET
                    + "Upgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Connection: close, Upgrade\r\n\r\n",
                200)
            .add(
                "an Upgrade to TLS",
                GET + "Upgrade: TLS/1.2\r\nConnection: close, Upgrade\r\n\r\n",
                200)
            // Trailers are left out whatever they say, and their end is where everybody sees it.
            .add(
                "a trailer folded",
                GET + "Transfer-Encoding: chunked\r\n" + end + "0\r\nX: y\r\n z\r\n\r\n" + SMUGGLED,
                200)
            .add("an unknown Expect", GET + "Expect: 200-ok\r\n" + end, 200, 417)
            .add("an HTTP/1.0 without Host", "GET /rennes/parks HTTP/1.0\r\n\r\n" + SMUGGLED, 200)
            .stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusual")
  void what_is_unusual_and_sound_is_served_once(Sent sent) throws IOException {
    house.seen.clear();
    try (RawClient client = new RawClient(house.port())) {
      send(client, sent);
      int status = status(client, sent.bytes().startsWith("HEAD "));
      assertThat(status).as("what is answered to %s", sent).isIn(sent.answers());
      assertThat(rest(client)).as("what comes behind the answer to %s", sent).isEmpty();
    }
    assertThat(house.seen).as("what the store was asked by %s", sent).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void a_body_of_get_is_not_the_next_request_and_the_next_request_is() throws IOException {
    try (RawClient client = new RawClient(house.port())) {
      client.send(GET + "Content-Length: " + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED);
      client.send("GET /rennes/nothing HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.answer().status()).isEqualTo(404);
      assertThat(client.rest()).isEmpty();
    }
  }

  /** A store that decodes once more, or cuts parameters off, must not see another path by it. */
  @Test
  void what_a_store_could_read_in_another_way_reaches_it_encoded() throws IOException {
    for (String path : List.of("%252e%252e/x", "..%3b/x", "..;/x", "%252fx", "x%3fy", "x%23y")) {
      house.seen.clear();
      try (RawClient client = new RawClient(house.port())) {
        Answer answer = client.get("/rennes/parks/api/" + path).answer();
        assertThat(Set.of(200, 400, 404)).as(path).contains(answer.status());
      }
      assertThat(house.seen)
          .as(path)
          .allSatisfy(
              seen ->
                  assertThat(seen.uri())
                      .startsWith("/parks/")
                      .doesNotContain("/../", "..;", "/%2e", "?", "#", ";"));
    }
  }

  private static void send(RawClient client, Sent sent) throws IOException {
    try {
      client.send(sent.bytes());
      if (sent.hangsUp()) {
        client.endOfRequests();
      }
    } catch (SocketException closedAlready) {
      // It need not hear us out; what it said to it is still to be read.
      assertThat(sent.bytes().length()).isGreaterThan(50_000);
    }
  }

  /** All that still comes; says so where the connection is left open. */
  private static String rest(RawClient client) throws IOException {
    StringBuilder rest = new StringBuilder();
    try {
      for (int b = client.read(); b >= 0; b = client.read()) {
        rest.append((char) b);
      }
    } catch (SocketTimeoutException leftOpen) {
      rest.append("(and the connection is left open)");
    }
    return rest.toString();
  }

  private static int status(RawClient client, boolean toHead) throws IOException {
    try {
      return client.answer(toHead).status();
    } catch (EOFException withoutAWord) {
      return CLOSED;
    }
  }

  /** As UTF-8, a character for each byte of it. */
  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** As it may stand in a report, where control characters may not. */
  private static String printable(String text) {
    StringBuilder visible = new StringBuilder();
    for (char c :
        text.length() > 60 ? (text.substring(0, 60) + "…").toCharArray() : text.toCharArray()) {
      visible.append(
          c <= ' ' && c != ' ' || c >= 0x7f && c != '…' ? "\\x%02x".formatted((int) c) : c);
    }
    return "\"" + visible + "\"";
  }
}
