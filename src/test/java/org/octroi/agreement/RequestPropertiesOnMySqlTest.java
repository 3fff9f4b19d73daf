package org.octroi.agreement;

import org.junit.jupiter.api.Test;
import org.octroi.testing.TestDatabase;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The same on a genuine MySQL 8. */
class RequestPropertiesOnMySqlTest extends RandomDeeds {

  @DynamicPropertySource
  static void on_mysql(DynamicPropertyRegistry properties) {
    TestDatabase database = TestDatabase.Engine.MYSQL.empty();
    properties.add(
        "spring.datasource.url",
        () ->
            database.url()
                + "?connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true"
                + "&characterEncoding=UTF-8");
    properties.add("spring.datasource.username", database::user);
    properties.add("spring.datasource.password", database::password);
    properties.add("octroi.data-folder", () -> "target/test-desk-mysql");
  }

  @Test
  void whatever_anybody_tries_requests_and_agreements_keep_their_rules() throws Exception {
    play(30, System.nanoTime());
    check_texts_and_record();
  }
}
