package org.octroi.usage;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.octroi.vocabulary.Channel;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells who or what asks, by the {@code User-Agent} field.
 *
 * <p>COUNTER's list (resource {@code usage/counter-robots.json}) names crawlers and scripts alike;
 * a script reads data for its users, which is what an API is for, so the tools that people write
 * scripts with are machines here, unless they call themselves a crawler. Safe for use by many
 * threads; answers are remembered in a bounded table.
 */
@Component
public final class Channels {

  /** Longer fields are cut: no browser sends one, and the patterns need not read it. */
  private static final int LONGEST = 512;

  private static final Pattern CRAWLER =
      Pattern.compile("bot\\b|bot/|spider|crawl", Pattern.CASE_INSENSITIVE);

  private static final Pattern TOOL =
      Pattern.compile(
          "^(curl|libcurl|wget|python|python-requests|python-urllib|python-httpx|httpx|aiohttp"
              + "|java|java-http-client|okhttp|apache-httpclient|reactornetty|jersey|jetty"
              + "|go-http-client|node|node-fetch|undici|axios|got|deno|bun|php|guzzlehttp|pycurl"
              + "|ruby|faraday|typhoeus|rest-client|httr|httr2|libwww-perl|lwp|r|rcurl|dart|reqwest"
              + "|restsharp|dotnet|postmanruntime|insomnia|httpie|qgis|gdal|duckdb|knime|fme"
              + "|microsoft\\.data\\.mashup)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern BROWSER =
      Pattern.compile("^(mozilla|opera)/\\d", Pattern.CASE_INSENSITIVE);

  private final List<Pattern> robots;
  private final LoadingCache<String, Channel> known =
      Caffeine.newBuilder().maximumSize(10_000).executor(Runnable::run).build(this::judge);

  /** Reads COUNTER's list from the class path. */
  public Channels() {
    try (InputStream list = Channels.class.getResourceAsStream("/usage/counter-robots.json")) {
      if (list == null) {
        throw new IllegalStateException("usage/counter-robots.json is missing from the class path");
      }
      List<Pattern> patterns = new ArrayList<>();
      for (JsonNode entry : JsonMapper.shared().readTree(list.readAllBytes())) {
        patterns.add(Pattern.compile(entry.get("pattern").asString(), Pattern.CASE_INSENSITIVE));
      }
      this.robots = List.copyOf(patterns);
    } catch (IOException e) {
      throw new UncheckedIOException("usage/counter-robots.json can't be read", e);
    }
  }

  /**
   * Who or what asks.
   *
   * @param userAgent the field's value, empty where it was not sent
   */
  public Channel of(String userAgent) {
    return known.get(userAgent.length() > LONGEST ? userAgent.substring(0, LONGEST) : userAgent);
  }

  private Channel judge(String userAgent) {
    if (TOOL.matcher(userAgent).find() && !CRAWLER.matcher(userAgent).find()) {
      return Channel.MACHINE;
    }
    for (Pattern robot : robots) {
      if (robot.matcher(userAgent).find()) {
        return Channel.ROBOT;
      }
    }
    return BROWSER.matcher(userAgent).find() ? Channel.HUMAN : Channel.MACHINE;
  }
}
