package org.octroi.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/** The statistics as a program meets them, over a socket. */
@SpringBootTest(
    classes = StatisticsApiTest.Desk.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.liquibase.enabled=false",
      "management.server.port=0",
      "octroi.data-folder=target/statistics-api-test"
    })
class StatisticsApiTest {

  private static final TerritoryId RENNES = TerritoryId.create();
  private static final HolderId CITY = HolderId.create();
  private static final String PARKS = "01900000-0000-7000-8000-000000000003";
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

  @LocalServerPort private int port;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void a_holder_reads_the_use_of_its_datasets() throws Exception {
    HttpResponse<String> answer =
        get(
            "holder",
            "application/json",
            "breakdown?territory=rennes&dimension=dataset&from=2026-11-23");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"items":[{"value":"%s","name":"=Parks","requests":5,"rows":50,"bytes":500,\
            "meanLatencyMicros":2000,"maxLatencyMicros":2500,\
            "counter":{"totalInvestigations":2,"uniqueInvestigations":1,"totalRequests":2,\
            "uniqueRequests":1}}],"truncated":false}\
            """
                .formatted(PARKS));
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store, private");
  }

  @Test
  void a_spreadsheet_gets_csv_without_formulas() throws Exception {
    String question = "top?territory=rennes&dimension=dataset&from=2026-11-23";
    HttpResponse<String> answer = get("holder", "text/csv", question);

    assertThat(answer.headers().firstValue("Content-Type")).contains("text/csv;charset=UTF-8");
    assertThat(answer.body())
        .isEqualTo(
            "time,value,name,requests,rows,bytes,meanLatencyMicros,maxLatencyMicros,"
                + "totalInvestigations,uniqueInvestigations,totalRequests,uniqueRequests,"
                + "uniqueReusers,uniqueCallers,latencyP50Micros,latencyP95Micros,"
                + "latencyP99Micros,bytesP50,bytesP95,bytesP99,requestsBefore,rowsBefore,"
                + "bytesBefore,requestsChange,requestsChangePercent\r\n,"
                + PARKS
                + ",'=Parks,5,50,500,2000,2500,2,1,2,1,,,,,,,,,,,,,\r\n");
    assertThat(get("holder", "*/*", question + "&format=csv").body()).isEqualTo(answer.body());
  }

  @Test
  void the_last_thirty_local_days_are_meant_where_none_are_named() throws Exception {
    assertThat(get("holder", "application/json", "series?territory=rennes").body())
        .contains("\"time\":\"2026-11-23\"");
  }

  @Test
  void two_periods_stand_side_by_side() throws Exception {
    String answer =
        get(
                "holder",
                "application/json",
                "series?territory=rennes&from=2026-11-23&to=2026-11-23&compare=previous")
            .body();

    assertThat(answer)
        .contains("\"time\":\"2026-11-23\"", "\"before\":{\"requests\":2,\"rows\":20,\"bytes\":200")
        .contains("\"change\":{\"requests\":3,\"percent\":150.0}");
    assertThat(
            get(
                    "holder",
                    "application/json",
                    "top?territory=rennes&dimension=dataset&from=2026-11-24&to=2026-11-24"
                        + "&compareFrom=2026-11-23")
                .body())
        .contains("\"requests\":0", "\"change\":{\"requests\":-5,\"percent\":-100.0}");
  }

  @Test
  void what_is_unmet_can_be_had_as_csv() throws Exception {
    assertThat(get("holder", "text/csv", "unmet?territory=rennes").body())
        .isEqualTo("kind,reason,offers,holder,holderName,dataset,datasetName,count,oldest\r\n");
  }

  @Test
  void who_has_no_part_in_a_territory_sees_nothing() throws Exception {
    assertThat(get("stranger", "application/json", "series?territory=rennes").body())
        .isEqualTo("{\"items\":[],\"truncated\":false}");
  }

  @Test
  void nobody_is_told_nothing() throws Exception {
    assertThat(get("", "application/json", "series?territory=rennes").statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "series, territory",
    "series?territory=Rennes!, territory",
    "series?territory=rennes&by=year, by",
    "series?territory=rennes&compare=never, compare",
    "series?territory=rennes&compareTo=2026-11-01, compareFrom",
    "series?territory=rennes&compareFrom=2026-11-03&compareTo=2026-11-01, compareTo",
    "series?territory=rennes&compare=previous&compareFrom=2026-11-03, compare",
    "series?territory=rennes&status=6xx, status",
    "series?territory=rennes&status=ok, status",
    "series?territory=rennes&channel=%22, channel",
    "series?territory=rennes&dataFormat=%22, dataFormat",
    "unmet?territory=rennes&offer=mine, offer",
    "series?territory=rennes&group=colour, group",
    "series?territory=rennes&from=yesterday, from",
    "series?territory=rennes&to=-999999999-01-01, to",
    "series?territory=rennes&to=1999-12-31, to",
    "series?territory=rennes&from=3000-01-01, from",
    "series?territory=rennes&from=2026-11-24&to=2026-11-23, to",
    "series?territory=rennes&from=2020-01-01&to=2026-11-23, from",
    "series?territory=rennes&by=hour&from=2026-01-01&to=2026-11-23, from",
    "series?territory=rennes&dataset=parks, dataset",
    "series?territory=rennes&application=map, application",
    "series?territory=rennes&format=xml, format",
    "breakdown?territory=rennes, dimension",
    "top?territory=rennes&dimension=dataset&limit=0, limit",
    "top?territory=rennes&dimension=dataset&limit=many, limit"
  })
  void a_wrong_parameter_is_named(String question, String parameter) throws Exception {
    HttpResponse<String> answer = get("holder", "application/json", question);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).isEqualTo("invalid-field " + parameter);
  }

  @Test
  void a_form_that_there_is_not_is_refused() throws Exception {
    assertThat(get("holder", "image/png", "series?territory=rennes").statusCode()).isEqualTo(406);
  }

  private HttpResponse<String> get(String user, String accept, String question)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + "/api/v1/statistics/" + question))
            .header("Accept", accept)
            .header("Accept-Language", "en");
    if (!user.isEmpty()) {
      request.header(
          "Authorization",
          "Basic "
              + Base64.getEncoder()
                  .encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8)));
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** As much of a desk as statistics need: people, and a plain rendering of refusals. */
  @EnableAutoConfiguration
  @Import({StatisticsApi.class, Statistics.class, UnmetDemands.class})
  static class Desk {

    @Bean
    DataSource dataSource() throws Exception {
      DataSource source = Engine.H2.empty().dataSource();
      UsageDatabase usage = UsageDatabase.in(source);
      usage.dataset(PARKS, RENNES.toString(), "Parcs", "=Parks");
      usage.requests(
          5,
          RENNES.toString(),
          CITY.toString(),
          PARKS,
          null,
          null,
          200,
          LocalDate.parse("2026-11-23"),
          LocalDateTime.parse("2026-11-23T10:00"));
      usage.requests(
          2,
          RENNES.toString(),
          CITY.toString(),
          PARKS,
          null,
          null,
          200,
          LocalDate.parse("2026-11-22"),
          LocalDateTime.parse("2026-11-22T10:00"));
      return source;
    }

    @Bean
    Clock clock() {
      return Clock.fixed(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC);
    }

    @Bean
    ReadersReach readers() {
      return (caller, territory) ->
          StatisticsReach.of(
              RENNES, PARIS, caller.getName().equals("holder") ? Set.of(CITY) : Set.of(), Set.of());
    }

    /** The word, and the fields that are wrong. */
    @Bean
    HandlerExceptionResolver plainRefusals() {
      return (request, response, handler, thrown) -> {
        if (!(thrown instanceof RefusedException refused)) {
          return null;
        }
        response.setStatus(refused.refusal().type().status());
        try {
          response.getWriter().print(refused.refusal().type().word());
          if (refused.refusal().members().get("errors") instanceof Iterable<?> errors) {
            for (Object error : errors) {
              if (error instanceof Refusal.FieldError(String pointer, String _)) {
                response.getWriter().print(" " + pointer);
              }
            }
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        return new ModelAndView();
      };
    }

    @Bean
    UserDetailsService people() {
      return new InMemoryUserDetailsManager(
          User.withUsername("holder").password("{noop}secret").build(),
          User.withUsername("stranger").password("{noop}secret").build());
    }

    @Bean
    SecurityFilterChain security(HttpSecurity http) {
      return http.authorizeHttpRequests(all -> all.anyRequest().permitAll())
          .httpBasic(Customizer.withDefaults())
          .build();
    }
  }
}
