package org.octroi.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.identity.ShownCertificates;
import org.octroi.problem.StartRefusedException;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;

/** What the desk's server is told of certificates before it starts. */
class CertificatesByTlsTest {

  private final TomcatServletWebServerFactory server = new TomcatServletWebServerFactory();

  @Test
  void certificates_are_not_asked_for_where_there_is_no_tls() {
    assertThatExceptionOfType(StartRefusedException.class)
        .isThrownBy(() -> asking().customize(server))
        .withMessageContaining("octroi.desk.client-certificates.ask");
  }

  @Test
  void a_desk_that_turns_away_who_has_no_certificate_does_not_take_any() {
    server.setSsl(tls(Ssl.ClientAuth.NEED));

    assertThatExceptionOfType(StartRefusedException.class)
        .isThrownBy(() -> asking().customize(server))
        .withMessageContaining("server.ssl.client-auth=need");
  }

  @Test
  void a_desk_that_is_not_told_to_ask_leaves_its_tls_as_it_is() {
    server.setSsl(tls(Ssl.ClientAuth.NEED));
    new CertificatesByTls(new ShownCertificates(false, List.of())).customize(server);

    assertThat(server.getConnectorCustomizers()).isEmpty();
    assertThat(server.getEngineValves()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy.example.org", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/a", ""})
  void a_proxy_is_named_by_its_network(String text) {
    assertThatExceptionOfType(StartRefusedException.class)
        .isThrownBy(() -> new CertificateOfCaller(new ShownCertificates(false, List.of(text))))
        .withMessageContaining("octroi.desk.client-certificates.proxies");
  }

  private static CertificatesByTls asking() {
    return new CertificatesByTls(new ShownCertificates(true, List.of()));
  }

  private static Ssl tls(Ssl.ClientAuth auth) {
    Ssl tls = new Ssl();
    tls.setClientAuth(auth);
    return tls;
  }
}
