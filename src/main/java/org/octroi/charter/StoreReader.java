package org.octroi.charter;

import static org.octroi.charter.Values.bool;
import static org.octroi.charter.Values.quoted;
import static org.octroi.charter.Values.shaped;
import static org.octroi.charter.Values.slug;
import static org.octroi.charter.Values.text;
import static org.octroi.charter.Values.whole;
import static org.octroi.charter.Values.word;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.octroi.catalogue.Credential;
import org.octroi.catalogue.StoreDraft;
import org.octroi.charter.CharterPlan.Planned;
import org.octroi.charter.DatasetReader.StoreKind;
import org.octroi.charter.Entry.Fields;
import org.octroi.charter.Entry.Reader;
import org.octroi.store.StoreAddress;
import org.octroi.store.StoreAddress.SqlEngine;
import org.octroi.vocabulary.Slug;

/** Reads the stores of a charter. */
final class StoreReader {

  private static final StoreAddress NOWHERE = new StoreAddress.Folder("none", "");

  /** As much as the store's columns keep. */
  private static final int MOST_OF_HOST = 255;

  private static final int MOST_OF_PATH = 500;

  /** Scope tokens with single spaces between them (RFC 6749 §3.3). */
  private static final String SCOPE =
      "[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,200}( [\\x21\\x23-\\x5B\\x5D-\\x7E]{1,200}){0,49}";

  private static final String SCOPE_EXPECTED =
      "must be scopes with single spaces between them, such as read:stops";

  private static final String FOLDER = "[^/\\s][^\\s]{0,499}";

  private final Reader<Slug> holder;
  private final SecretNames secrets;

  StoreReader(Reader<Slug> holder, SecretNames secrets) {
    this.holder = holder;
    this.secrets = secrets;
  }

  /** A store, its holder and its kind. */
  record ReadStore(Planned<StoreDraft> planned, Slug holder, StoreKind kind) {}

  Optional<ReadStore> read(Entry entry) {
    Fields fields = entry.fields("slug", "holder", "http", "sql", "folder", "credential");
    Slug slug = fields.need("slug", slug(), CharterReader.NOBODY);
    Slug of = fields.need("holder", holder, CharterReader.NOBODY);
    List<String> kinds = List.of("http", "sql", "folder").stream().filter(fields::has).toList();
    if (kinds.size() != 1) {
      return entry.refuse("must have exactly one of http, sql and folder");
    }
    StoreKind kind = StoreKind.valueOf(kinds.getFirst().toUpperCase(Locale.ROOT));
    Entry where = fields.entry(kinds.getFirst()).orElseThrow();
    StoreAddress address =
        switch (kind) {
          case HTTP -> http(where);
          case SQL -> sql(where);
          case FOLDER -> folder(where);
        };
    boolean told =
        kind != StoreKind.HTTP
            || !where.mapping().containsKey("tellAgreement")
            || bool().read(where.below("tellAgreement")).orElse(true);
    Optional<Credential> credential =
        switch (kind) {
          case HTTP -> fields.maybe("credential", this::credential);
          case SQL ->
              where.mapping().containsKey("password")
                  ? secrets.secret().read(where.below("password")).map(Credential.Sql::new)
                  : Optional.empty();
          case FOLDER -> Optional.empty();
        };
    if (kind != StoreKind.HTTP) {
      fields.entry("credential").ifPresent(e -> e.wrong("is for HTTP stores only"));
    }
    return Optional.of(
        new ReadStore(
            new Planned<>(
                slug, ids -> new StoreDraft(slug, ids.holder(of), address, credential, told)),
            of,
            kind));
  }

  private static StoreAddress http(Entry entry) {
    return entry.fields("url", "tellAgreement").need("url", StoreReader::url, NOWHERE);
  }

  private static Optional<StoreAddress> url(Entry entry) {
    Optional<String> text = entry.scalar();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    URI url;
    try {
      url = new URI(text.get());
    } catch (URISyntaxException e) {
      return entry.refuse("is no URL: " + e.getReason());
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return entry.refuse("must begin with http:// or https://");
    }
    if (url.getRawUserInfo() != null) {
      return entry.refuse("must not contain a user or password: write a credential");
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      return entry.refuse("must not contain a query or fragment");
    }
    if (url.getHost() != null && url.getHost().length() > MOST_OF_HOST) {
      return entry.refuse("must name a host of at most " + MOST_OF_HOST + " characters");
    }
    if (url.getHost() == null || url.getPort() > 65_535 || url.getPort() == 0) {
      return entry.refuse("must name a host, and a port from 1 to 65535 if any");
    }
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    if (Arrays.asList(path.split("/")).contains("..")) {
      return entry.refuse("must not contain ..");
    }
    if (path.length() > MOST_OF_PATH) {
      return entry.refuse("must have a path of at most " + MOST_OF_PATH + " characters");
    }
    boolean secure = scheme.equals("https");
    return Optional.of(
        new StoreAddress.Http(
            secure,
            url.getHost().toLowerCase(Locale.ROOT),
            url.getPort() == -1 ? (secure ? 443 : 80) : url.getPort(),
            path.replaceAll("/+$", "")));
  }

  private static StoreAddress sql(Entry entry) {
    Fields fields = entry.fields("engine", "host", "port", "database", "user", "password");
    return new StoreAddress.Sql(
        fields.need(
            "engine",
            word(SqlEngine.values(), e -> e.name().toLowerCase(Locale.ROOT)),
            SqlEngine.H2),
        fields.need(
            "host",
            shaped("[A-Za-z0-9][A-Za-z0-9.:-]{0,252}", "must be the name or address of a host"),
            ""),
        fields.need("port", whole(1, 65_535), 1L).intValue(),
        fields.need(
            "database",
            shaped("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", "must be the name of a database"),
            ""),
        fields.need("user", text(100), ""));
  }

  private static StoreAddress folder(Entry entry) {
    Fields fields = entry.fields("root", "path");
    String path =
        fields
            .maybe("path", shaped(FOLDER, "must be a folder below the root, without a leading /"))
            .orElse("");
    if (Arrays.asList(path.split("/")).contains("..")) {
      entry.below("path").wrong("must not contain ..");
    }
    return new StoreAddress.Folder(
        fields.need("root", slug(), CharterReader.NOBODY).value(), path.replaceAll("/+$", ""));
  }

  private Optional<Credential> credential(Entry entry) {
    Fields fields = entry.fields("header", "value", "bearer", "basic", "oauth2");
    List<String> kinds =
        List.of("header", "bearer", "basic", "oauth2").stream().filter(fields::has).toList();
    if (kinds.equals(List.of("header"))) {
      Optional<String> name =
          fields.maybe(
              "header", shaped("[A-Za-z0-9-]{1,60}", "must be the name of a request header"));
      if (!fields.has("value")) {
        fields.missing("value");
      }
      Optional<String> value = fields.maybe("value", secrets.secret());
      return name.flatMap(n -> value.map(v -> new Credential.Header(n, v)));
    }
    if (fields.has("value")) {
      return entry.refuse("has a value but not the header that it is for");
    }
    if (kinds.size() != 1) {
      return entry.refuse(
          "must be one of {header: X-Api-Key, value: "
              + quoted("${NAME}")
              + "}, {bearer: \"${NAME}\"}, {basic: {user: name, password: \"${NAME}\"}} and"
              + " {oauth2: {tokenUrl: address, clientId: name, clientSecret: \"${NAME}\"}}");
    }
    if (fields.has("bearer")) {
      return fields.maybe("bearer", secrets.secret()).map(Credential.Bearer::new);
    }
    if (fields.has("oauth2")) {
      return client(fields.entry("oauth2").orElseThrow());
    }
    Fields basic = fields.entry("basic").orElseThrow().fields("user", "password");
    String user = basic.need("user", text(100), "");
    if (!basic.has("password")) {
      basic.missing("password");
    }
    return basic
        .maybe("password", secrets.secret())
        .map(password -> new Credential.Basic(user, password));
  }

  private Optional<Credential> client(Entry entry) {
    Fields client = entry.fields("tokenUrl", "clientId", "clientSecret", "scope");
    String tokenUrl = client.need("tokenUrl", StoreReader::tokenUrl, "");
    String clientId = client.need("clientId", text(200), "");
    if (!client.has("clientSecret")) {
      client.missing("clientSecret");
    }
    Optional<String> scope = client.maybe("scope", shaped(SCOPE, SCOPE_EXPECTED));
    return client
        .maybe("clientSecret", secrets.secret())
        .map(secret -> new Credential.ClientCredentials(tokenUrl, clientId, secret, scope));
  }

  private static Optional<String> tokenUrl(Entry entry) {
    Optional<String> text = entry.scalar();
    return text.isPresent() && text.get().length() > MOST_OF_PATH
        ? entry.refuse("must have at most " + MOST_OF_PATH + " characters")
        : text.flatMap(written -> url(entry).map(address -> written));
  }
}
