package org.octroi.identity;

import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.PersonId;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.management.PublicKeyCredentialUserEntityRepository;
import org.springframework.stereotype.Component;

/**
 * By what handle authenticators know people: random bytes, which say nothing of anybody (WebAuthn
 * Level 3, §14.6.1). The library's user name is the person's id; the names that an authenticator
 * shows are the address and the name that the account has at the time. Safe for use by many
 * threads.
 */
@Component
class PasskeyOwners implements PublicKeyCredentialUserEntityRepository {

  private static final String SELECT =
      """
      select o.user_handle, p.email, p.display_name
      from passkey_owner o join person p on p.id = o.person_id
      where p.status = 'active'
      """;

  private final JdbcClient jdbc;

  PasskeyOwners(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  static String text(Bytes handle) {
    return HexFormat.of().formatHex(handle.getBytes());
  }

  static Bytes handle(String text) {
    return new Bytes(HexFormat.of().parseHex(text));
  }

  /** Gives somebody a handle, unless they have one. */
  void ensure(PersonId person) {
    if (findByUsername(person.toString()) == null) {
      save(
          ImmutablePublicKeyCredentialUserEntity.builder()
              .id(Bytes.random())
              .name(person.toString())
              .displayName(person.toString())
              .build());
    }
  }

  @Override
  public @Nullable PublicKeyCredentialUserEntity findById(Bytes id) {
    return one(jdbc.sql(SELECT + "and o.user_handle = :value").param("value", text(id)));
  }

  @Override
  public @Nullable PublicKeyCredentialUserEntity findByUsername(String username) {
    return one(jdbc.sql(SELECT + "and o.person_id = :value").param("value", username));
  }

  private static @Nullable PublicKeyCredentialUserEntity one(JdbcClient.StatementSpec statement) {
    Optional<PublicKeyCredentialUserEntity> found =
        statement
            .query(
                (row, n) ->
                    ImmutablePublicKeyCredentialUserEntity.builder()
                        .id(handle(row.getString("user_handle")))
                        .name(row.getString("email"))
                        .displayName(row.getString("display_name"))
                        .build())
            .optional();
    return found.orElse(null);
  }

  /** Keeps the handle of the person whose id is the name; the first one stays. */
  @Override
  public void save(PublicKeyCredentialUserEntity owner) {
    try {
      jdbc.sql("insert into passkey_owner (person_id, user_handle) values (:person, :handle)")
          .param("person", owner.getName())
          .param("handle", text(owner.getId()))
          .update();
    } catch (DuplicateKeyException e) {
      if (findByUsername(owner.getName()) == null) {
        throw e;
      }
    }
  }

  @Override
  public void delete(Bytes id) {
    jdbc.sql("delete from passkey_owner where user_handle = :handle")
        .param("handle", text(id))
        .update();
  }
}
