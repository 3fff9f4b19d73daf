package org.octroi.identity;

import java.util.List;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who works for a holder, as of now. Safe for use by many threads. */
@Component
public class Staff {

  private final JdbcClient jdbc;

  Staff(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The holder's reviewers. */
  public List<PersonId> reviewers(TerritoryId territory, HolderId holder) {
    return with(Role.HOLDER_REVIEWER, territory, holder);
  }

  /** The holder's editors. */
  public List<PersonId> editors(TerritoryId territory, HolderId holder) {
    return with(Role.HOLDER_EDITOR, territory, holder);
  }

  /** Those who run a territory. */
  public List<PersonId> administrators(TerritoryId territory) {
    return jdbc.sql(
            """
            select distinct person_id from role_grant
            where territory_id = :territory and role = :role
            order by person_id
            """)
        .param("territory", territory.toString())
        .param("role", Role.TERRITORY_ADMINISTRATOR.word())
        .query((row, n) -> PersonId.of(row.getString("person_id")))
        .list();
  }

  private List<PersonId> with(Role role, TerritoryId territory, HolderId holder) {
    return jdbc.sql(
            """
            select distinct person_id from role_grant
            where territory_id = :territory and holder_id = :holder and role = :role
            order by person_id
            """)
        .param("territory", territory.toString())
        .param("holder", holder.toString())
        .param("role", role.word())
        .query((row, n) -> PersonId.of(row.getString("person_id")))
        .list();
  }
}
