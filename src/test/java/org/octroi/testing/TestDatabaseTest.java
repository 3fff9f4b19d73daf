package org.octroi.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.testing.TestDatabase.Engine;
import org.springframework.jdbc.core.simple.JdbcClient;

class TestDatabaseTest {

  @Test
  void the_tests_run_against_a_genuine_mysql_8_0_33() {
    String version =
        JdbcClient.create(Engine.MYSQL.empty().dataSource())
            .sql("select version()")
            .query(String.class)
            .single();

    assertThat(version).isEqualTo("8.0.33");
  }

  @ParameterizedTest
  @EnumSource
  void two_callers_get_two_databases(Engine engine) {
    JdbcClient one = JdbcClient.create(engine.empty().dataSource());
    JdbcClient other = JdbcClient.create(engine.empty().dataSource());
    one.sql("create table note (words varchar(10))").update();

    other.sql("create table note (words varchar(10))").update();

    assertThat(other.sql("select count(*) from note").query(Integer.class).single()).isZero();
  }
}
