package org.octroi.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.problem.PublicAddresses;
import org.octroi.secret.FixedSeal;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.session.web.http.HttpSessionIdResolver;

/** The cookies of a desk that is reached by http, and of one that is reached by https. */
class SessionCookieTest {

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8080, octroi, octroi-form, false",
    "https://desk.example.org, __Host-octroi, __Host-octroi-form, true",
    "HTTPS://desk.example.org, __Host-octroi, __Host-octroi-form, true",
  })
  void by_https_no_neighbour_and_no_plain_http_plants_a_cookie(
      String publicUrl, String session, String form, boolean secure) {
    PublicAddresses addresses =
        new PublicAddresses(
            new PublicAddresses.Desk(publicUrl), new PublicAddresses.Gate("http://localhost:8081"));
    MockHttpServletRequest request = new MockHttpServletRequest();
    MockHttpServletResponse response = new MockHttpServletResponse();
    HttpSessionIdResolver ids = new SessionStore().sessionCookie(FixedSeal.of(7), addresses);
    CsrfTokenRepository tokens = new PageGuard.Parts().formTokens(addresses);

    ids.setSessionId(request, response, "0b0cbd0e-6f5e-4a4f-8e0b-2f9f6f4c9f10");
    tokens.saveToken(tokens.generateToken(request), request, response);

    List<String> lines = response.getHeaders("Set-Cookie");
    for (String name : List.of(session, form)) {
      String line = only(lines, name).orElseThrow();
      assertThat(line).contains("; Path=/", "; HttpOnly").doesNotContain("Domain");
      assertThat(line.contains("; Secure")).isEqualTo(secure);
      assertThat(line).doesNotContain("0b0cbd0e");
    }
    request.setCookies(response.getCookies());
    assertThat(ids.resolveSessionIds(request))
        .containsExactly("0b0cbd0e-6f5e-4a4f-8e0b-2f9f6f4c9f10");
  }

  private static Optional<String> only(List<String> lines, String name) {
    return lines.stream().filter(line -> line.startsWith(name + "=")).findFirst();
  }
}
