package org.octroi.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class DemoWantedTest {

  private final MockEnvironment environment =
      new MockEnvironment()
          .withProperty("spring.datasource.url", "jdbc:h2:file:./data/octroi")
          .withProperty("server.address", "127.0.0.1");

  @Test
  void the_embedded_default_loads_the_demo() {
    assertThat(DemoWanted.in(environment)).isTrue();
  }

  @Test
  void a_real_database_keeps_the_demo_out() {
    environment.setProperty("spring.datasource.url", "jdbc:mysql://127.0.0.1/octroi");
    assertThat(DemoWanted.in(environment)).isFalse();
  }

  @Test
  void a_desk_that_others_can_reach_keeps_the_demo_out() {
    environment.setProperty("server.address", "0.0.0.0");
    assertThat(DemoWanted.in(environment)).isFalse();
  }

  @Test
  void a_gate_that_others_can_reach_keeps_the_demo_out() {
    environment.setProperty("octroi.gate.address", "192.0.2.7");
    assertThat(DemoWanted.in(environment)).isFalse();
  }

  @Test
  void asked_for_by_name_it_is_loaded_on_any_database() {
    environment.setProperty("spring.datasource.url", "jdbc:mysql://127.0.0.1/octroi");
    environment.setProperty("octroi.demo.load", "on");
    assertThat(DemoWanted.in(environment)).isTrue();
  }

  @Test
  void production_is_said_in_the_short_form_too() {
    environment.setProperty("octroi.demo", "false");
    assertThat(DemoWanted.in(environment)).isFalse();
  }

  @Test
  void a_gate_alone_is_given_its_entitlements_by_a_desk() {
    environment.setProperty("octroi.roles", "gate");
    environment.setProperty("octroi.demo.load", "on");
    assertThat(DemoWanted.in(environment)).isFalse();
  }
}
