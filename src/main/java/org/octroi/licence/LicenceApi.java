package org.octroi.licence;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
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

  private static final int MOST_COMBINED = 20;

  private final Licences licences;
  private final PublicAddresses addresses;
  private final Compatibility compatibility = Compatibility.builtIn();

  LicenceApi(Licences licences, PublicAddresses addresses) {
    this.licences = licences;
    this.addresses = addresses;
  }

  /** A licence in a list. */
  record LicenceView(String id, @Nullable String spdx, Bilingual name, String address) {}

  /**
   * A licence with its versions, newest first.
   *
   * @param onFrenchList the article that lets a French administration choose it for free reuse
   *     without having it approved first; absent where none does
   * @param terms what it says, where it comes with Octroi and its text is not at hand: there is no
   *     version to accept
   */
  record LicenceWithVersions(
      String id,
      @Nullable String spdx,
      Bilingual name,
      String address,
      @Nullable String onFrenchList,
      @Nullable Terms terms,
      List<VersionView> versions) {}

  /**
   * A version without its text.
   *
   * @param effectiveAt from when on it is the licence's text
   * @param reacceptBy by when those who accepted an older version must have accepted a newer one;
   *     null where their agreements go on
   * @param note what changed, in the words of who wrote it
   * @param changes where to read what changed in the terms; null for the first
   */
  record VersionView(
      int number,
      String textSha256,
      Instant publishedAt,
      Instant effectiveAt,
      @Nullable Instant reacceptBy,
      @Nullable String note,
      @Nullable String changes) {

    static VersionView of(LicenceVersion version, PublicAddresses addresses) {
      return new VersionView(
          version.number(),
          version.textSha256(),
          version.publishedAt(),
          version.effectiveAt(),
          version.reacceptBy().orElse(null),
          version.note().orElse(null),
          changesOf(version, addresses));
    }
  }

  private static @Nullable String changesOf(LicenceVersion version, PublicAddresses addresses) {
    return version.number() == 1
        ? null
        : addresses.licenceVersion(version.licence().name(), version.number()) + "/changes";
  }

  /**
   * A version with its text.
   *
   * @param language of the text in this answer
   * @param authoritative the language of the text that binds; the hash is over that one
   * @param effectiveAt from when on it is the licence's text
   * @param reacceptBy as in {@link VersionView}
   * @param note as in {@link VersionView}
   * @param changes as in {@link VersionView}
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
      Instant effectiveAt,
      @Nullable Instant reacceptBy,
      @Nullable String note,
      @Nullable String changes,
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
                FrenchList.article(found.name()).orElse(null),
                versions.isEmpty() ? BuiltInLicences.terms(found.name()).orElse(null) : null,
                versions.stream().map(v -> VersionView.of(v, addresses)).toList()));
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
    LicenceVersion version = found(licence, number);
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
                version.effectiveAt(),
                version.reacceptBy().orElse(null),
                version.note().orElse(null),
                changesOf(version, addresses),
                language,
                texts.in(language).orElseThrow()));
  }

  @GetMapping(path = "/{licence}/versions/{number}", produces = OdrlPolicy.MEDIA_TYPE)
  @Operation(
      operationId = "readLicenceVersionAsOdrl",
      summary = "Read the terms of a version as ODRL",
      description = "An ODRL 2.2 policy of type Set, in JSON-LD.")
  ResponseEntity<OdrlPolicy> readOdrl(@PathVariable String licence, @PathVariable int number) {
    LicenceVersion version = found(licence, number);
    return ResponseEntity.ok()
        .eTag("\"" + version.textSha256() + "-odrl\"")
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
        .body(OdrlPolicy.set(addresses.licenceVersion(licence, number), version.terms()));
  }

  /**
   * What a version changed.
   *
   * @param since the version that it is compared with
   * @param textChanged whether the text that binds is another one
   * @param terms what is new in the terms, and what is gone
   */
  record Changes(
      String licence, int version, int since, boolean textChanged, List<TermsChange> terms) {}

  @GetMapping("/{licence}/versions/{number}/changes")
  @Operation(
      operationId = "compareLicenceVersions",
      summary = "Read what a version of a licence changed",
      description =
          "Its terms beside those of the version before, or of the one that `since` names.")
  Changes changes(
      @PathVariable String licence,
      @PathVariable int number,
      @RequestParam(required = false) @Nullable Integer since) {
    LicenceVersion version = found(licence, number);
    int earlier = since == null ? number - 1 : since;
    if (earlier < 1 || earlier >= number) {
      throw new RefusedException(
          Refusal.field("since", "must be a version before " + number + ", from 1"));
    }
    LicenceVersion before = found(licence, earlier);
    return new Changes(
        version.licence().name(),
        number,
        earlier,
        !before.textSha256().equals(version.textSha256()),
        TermsChange.between(before.terms(), version.terms()));
  }

  /**
   * What a version answers.
   *
   * @param duties all that must be done by who uses what it permits
   */
  record Answers(
      String licence,
      int version,
      String textSha256,
      List<LicenceAnswer> answers,
      List<LicenceAnswer.Cited> duties) {}

  @GetMapping("/{licence}/versions/{number}/answers")
  @Operation(
      operationId = "askLicenceVersion",
      summary = "Ask a version of a licence what may be done, and what must be",
      description =
          "By its machine-readable terms; each answer names the terms that it stands on. `act` is"
              + " sell, redistribute, modify, combine or train, and may be given several times;"
              + " without it all are answered. The text itself binds, and not these answers.")
  Answers answers(
      @PathVariable String licence,
      @PathVariable int number,
      @RequestParam(name = "act", required = false) @Nullable List<String> acts) {
    LicenceVersion version = found(licence, number);
    List<Act> asked =
        acts == null || acts.isEmpty()
            ? Act.all()
            : acts.stream().distinct().map(LicenceApi::act).toList();
    return new Answers(
        version.licence().name(),
        version.number(),
        version.textSha256(),
        asked.stream().map(act -> LicenceAnswer.of(version.terms(), act)).toList(),
        LicenceAnswer.duties(version.terms()));
  }

  private static Act act(String name) {
    return Act.find(name)
        .orElseThrow(
            () ->
                new RefusedException(
                    Refusal.field(
                        "act",
                        "must be one of "
                            + Act.all().stream().map(Act::act).collect(Collectors.joining(", ")))));
  }

  @GetMapping("/combine")
  @Operation(
      operationId = "combineLicences",
      summary = "Ask whether data under several licences may go into one database",
      description =
          "And under which licences the result may go out. `licence` is given once for each, 2 to"
              + " 20 of them; a territory's own is judged by the terms of its version in effect."
              + " What the texts of the built-in licences say is quoted.")
  Compatibility.Combination combine(
      @RequestParam(name = "licence", required = false) @Nullable List<String> names) {
    List<String> asked = names == null ? List.of() : names.stream().distinct().toList();
    if (asked.size() < 2 || asked.size() > MOST_COMBINED) {
      throw new RefusedException(
          Refusal.field("licence", "must be given 2 to " + MOST_COMBINED + " times"));
    }
    return compatibility.combine(asked.stream().map(this::part).toList());
  }

  private Compatibility.Part part(String name) {
    Optional<Terms> builtIn = BuiltInLicences.terms(name);
    Terms terms =
        builtIn
            .or(() -> licences.inEffect(name).map(LicenceVersion::terms))
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, name));
    return new Compatibility.Part(name, builtIn.isPresent(), terms);
  }

  private LicenceVersion found(String licence, int number) {
    return licences
        .version(licence, number)
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, licence + "@" + number));
  }

  /** A version never changes, but the name that its licence goes by may. */
  private static String tag(Licence licence, String rest) {
    return "\"" + Integer.toHexString(licence.title().hashCode()) + "-" + rest + "\"";
  }
}
