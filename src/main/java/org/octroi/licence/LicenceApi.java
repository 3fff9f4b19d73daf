package org.octroi.licence;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Page;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Public reading of licences. */
@RestController
@RequestMapping("/api/v1/licences")
@Tag(name = "Licences", description = "Legal texts with their machine-readable terms")
class LicenceApi {

  private final Licences licences;

  LicenceApi(Licences licences) {
    this.licences = licences;
  }

  /** A licence in a list. */
  record LicenceView(String id, @Nullable String spdx, Bilingual name, String address) {}

  /** A licence with its versions, newest first. */
  record LicenceWithVersions(
      String id,
      @Nullable String spdx,
      Bilingual name,
      String address,
      List<VersionView> versions) {}

  /** A version without its text. */
  record VersionView(int number, String textSha256, Instant publishedAt) {}

  /**
   * A version with its text.
   *
   * @param language of the text in this answer
   * @param authoritative the language of the text that binds; the hash is over that one
   */
  record VersionWithText(
      String licence,
      int number,
      Bilingual name,
      String address,
      Terms terms,
      String authoritative,
      String textSha256,
      Instant publishedAt,
      String language,
      String text) {}

  @GetMapping
  @Operation(
      operationId = "listLicences",
      summary = "List the licences",
      description = "Those that come with Octroi and those of the territories, by id.")
  Page<LicenceView> list(
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return licences
        .list(PageAsk.of(limit, after))
        .map(
            licence ->
                new LicenceView(
                    licence.name(),
                    licence.spdx().orElse(null),
                    licence.title(),
                    licence.address()));
  }

  @GetMapping("/{licence}")
  @Operation(
      operationId = "readLicence",
      summary = "Read a licence",
      description = "Its official name, its canonical address and its versions, newest first.")
  ResponseEntity<LicenceWithVersions> read(@PathVariable String licence) {
    Licence found =
        licences
            .find(licence)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, licence));
    List<LicenceVersion> versions = licences.versions(found.id());
    String newest = versions.isEmpty() ? "0" : versions.getFirst().textSha256();
    return ResponseEntity.ok()
        .eTag(tag(found, newest))
        .body(
            new LicenceWithVersions(
                found.name(),
                found.spdx().orElse(null),
                found.title(),
                found.address(),
                versions.stream()
                    .map(v -> new VersionView(v.number(), v.textSha256(), v.publishedAt()))
                    .toList()));
  }

  @GetMapping("/{licence}/versions/{number}")
  @Operation(
      operationId = "readLicenceVersion",
      summary = "Read a version of a licence",
      description =
          "Its terms, and its text in French or English by Accept-Language where both exist. A"
              + " published version never changes.")
  ResponseEntity<VersionWithText> readVersion(
      @PathVariable String licence, @PathVariable int number, Locale reader) {
    LicenceVersion version =
        licences
            .version(licence, number)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, licence + "@" + number));
    LicenceTexts texts = licences.texts(version.id()).orElseThrow();
    String language = texts.languageFor(reader);
    return ResponseEntity.ok()
        .eTag(tag(version.licence(), version.textSha256() + "-" + language))
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE)
        .body(
            new VersionWithText(
                version.licence().name(),
                version.number(),
                version.licence().title(),
                version.licence().address(),
                version.terms(),
                version.authoritative(),
                version.textSha256(),
                version.publishedAt(),
                language,
                texts.in(language).orElseThrow()));
  }

  /** A version never changes, but the name that its licence goes by may. */
  private static String tag(Licence licence, String rest) {
    return "\"" + Integer.toHexString(licence.title().hashCode()) + "-" + rest + "\"";
  }
}
