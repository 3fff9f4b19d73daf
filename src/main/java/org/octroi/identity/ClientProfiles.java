package org.octroi.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.ApplicationId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How each application comes to its tokens. Safe for use by many threads. */
@Component
class ClientProfiles {

  private final JdbcClient jdbc;

  ClientProfiles(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** That of an application; the usual one where nothing else was said. */
  ClientProfile of(ApplicationId id) {
    return jdbc.sql(
            """
            select authentication, grants, redirect_uris, jwks, certificates, token_format
            from application_client
            where application_id = :id
            """)
        .param("id", id.toString())
        .query((row, n) -> read(row))
        .optional()
        .orElse(ClientProfile.USUAL);
  }

  /** Keeps it in place of the one before. */
  void keep(ApplicationId id, ClientProfile profile) {
    jdbc.sql("delete from application_client where application_id = :id")
        .param("id", id.toString())
        .update();
    jdbc.sql(
            """
            insert into application_client
              (application_id, authentication, grants, redirect_uris, jwks, certificates,
               token_format)
            values (:id, :authentication, :grants, :redirects, :jwks, :certificates, :format)
            """)
        .param("id", id.toString())
        .param("authentication", profile.authentication().word())
        .param("grants", joined(profile.grants().stream(), ClientProfile.Grant::word))
        .param("redirects", joined(profile.redirectUris().stream(), RedirectUri::text))
        .param("jwks", profile.keys().map(ClientKeys::json).orElse(null))
        .param(
            "certificates",
            profile.certificates().isEmpty()
                ? null
                : joined(profile.certificates().stream(), ClientCertificate::base64))
        .param("format", profile.format().word())
        .update();
  }

  /** Of the columns of its table; the usual one where they are empty. */
  static ClientProfile read(ResultSet row) throws SQLException {
    @Nullable String authentication = row.getString("authentication");
    if (authentication == null) {
      return ClientProfile.USUAL;
    }
    return new ClientProfile(
        constant(
            ClientProfile.Authentication.values(),
            ClientProfile.Authentication::word,
            authentication),
        words(row.getString("grants"))
            .map(word -> constant(ClientProfile.Grant.values(), ClientProfile.Grant::word, word))
            .collect(Collectors.toCollection(TreeSet::new)),
        words(row.getString("redirect_uris")).map(RedirectUri::new).toList(),
        Optional.ofNullable(row.getString("jwks")).map(ClientKeys::new),
        words(Objects.requireNonNullElse(row.getString("certificates"), ""))
            .map(ClientCertificate::new)
            .toList(),
        constant(
            ClientProfile.Format.values(),
            ClientProfile.Format::word,
            row.getString("token_format")));
  }

  private static <T> String joined(Stream<T> all, Function<T, String> text) {
    return all.map(text).collect(Collectors.joining(" "));
  }

  private static Stream<String> words(String column) {
    return Stream.of(column.split(" ")).filter(word -> !word.isEmpty());
  }

  private static <T> T constant(T[] all, Function<T, String> word, String wanted) {
    return List.of(all).stream()
        .filter(one -> word.apply(one).equals(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No such word is kept here: " + wanted));
  }
}
