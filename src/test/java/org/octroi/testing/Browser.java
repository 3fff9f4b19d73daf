package org.octroi.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody at the pages: keeps cookies, fills in forms, and goes where a page sends them. */
public final class Browser {

  private static final Pattern FORM_TOKEN =
      Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

  private final String site;
  private final String language;
  private final CookieManager cookies = new CookieManager();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(cookies)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * @param site the desk, without a slash at its end
   * @param language as the browser says it: {@code fr}
   */
  public Browser(String site, String language) {
    this.site = site;
    this.language = language;
  }

  /** A page as it came. */
  public record Page(int status, HttpResponse<String> raw, String text) {

    /** Where it sends its reader; the empty text where it does not. */
    public String location() {
      return raw.headers().firstValue("Location").orElse("");
    }

    /** The lines by which it sets cookies. */
    public List<String> cookieLines() {
      return raw.headers().allValues("Set-Cookie");
    }

    /** The token in its first form. */
    public Optional<String> formToken() {
      Matcher matcher = FORM_TOKEN.matcher(text);
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
  }

  /** Opens a page of the desk, and goes nowhere from it. */
  public Page open(String path) {
    return send(request(path).GET());
  }

  /** Opens the page with the form, fills it in and sends it where {@code path} says. */
  public Page fill(String page, String path, Map<String, String> fields) {
    return post(path, open(page).formToken().orElseThrow(), fields);
  }

  /** Likewise, the form being sent to the address of its page. */
  public Page fill(String page, Map<String, String> fields) {
    return fill(page, page, fields);
  }

  /** Sends a form with this token. */
  public Page post(String path, String formToken, Map<String, String> fields) {
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                BodyPublishers.ofString(
                    "_csrf=" + URLEncoder.encode(formToken, UTF_8) + "&" + form(fields))));
  }

  /** Opens a page wherever it is, as a page sent there, and goes nowhere from it. */
  public Page visit(URI address) {
    return send(at(address).GET());
  }

  /** Sends a form that is not the desk's. */
  public Page answer(URI address, Map<String, String> fields) {
    return send(
        at(address)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form(fields))));
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  /** Signs in with a password and answers where the desk sends them then. */
  public Page signIn(String email, String password) {
    return fill("/sign-in", Map.of("email", email, "password", password));
  }

  /** The value of a cookie that it keeps. */
  public Optional<String> cookie(String name) {
    return cookies.getCookieStore().getCookies().stream()
        .filter(cookie -> cookie.getName().equals(name))
        .map(HttpCookie::getValue)
        .findFirst();
  }

  /** Keeps a cookie that did not come from the desk. */
  public void plant(String name, String value) {
    HttpCookie cookie = new HttpCookie(name, value);
    cookie.setPath("/");
    cookie.setVersion(0);
    cookies.getCookieStore().add(URI.create(site), cookie);
  }

  private HttpRequest.Builder request(String path) {
    return at(URI.create(site + path));
  }

  private HttpRequest.Builder at(URI address) {
    return HttpRequest.newBuilder(address)
        .timeout(Duration.ofSeconds(30))
        .header("Accept", "text/html")
        .header("Accept-Language", language);
  }

  private Page send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString(UTF_8));
      // As browsers do, to which this machine is safe without TLS; and they know one form of
      // cookie.
      for (HttpCookie cookie : cookies.getCookieStore().getCookies()) {
        cookie.setSecure(false);
        cookie.setVersion(0);
      }
      return new Page(answer.statusCode(), answer, answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
