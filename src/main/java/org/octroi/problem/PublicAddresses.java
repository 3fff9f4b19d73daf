package org.octroi.problem;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Slug;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the two doors are found from outside, for the absolute addresses in answers.
 *
 * @param desk the desk's address
 * @param gate the gate's address
 */
@Validated
@ConfigurationProperties("octroi")
public record PublicAddresses(@Valid @DefaultValue Desk desk, @Valid @DefaultValue Gate gate) {

  private static final String ADDRESS = "https?://[^\\s/?#]+(/[^\\s?#]*)?";
  private static final String EXPECTED = "must be an http or https address without query";

  /**
   * The desk.
   *
   * @param publicUrl the address that people and programs reach the desk by; also the issuer of its
   *     tokens
   */
  public record Desk(
      @DefaultValue("http://localhost:8080") @Pattern(regexp = ADDRESS, message = EXPECTED)
          String publicUrl) {

    public Desk {
      publicUrl = withoutSlash(publicUrl);
    }
  }

  /**
   * The gate.
   *
   * @param publicUrl the address that applications reach the gate by; also the name that tokens are
   *     meant for
   */
  public record Gate(
      @DefaultValue("http://localhost:8081") @Pattern(regexp = ADDRESS, message = EXPECTED)
          String publicUrl) {

    public Gate {
      publicUrl = withoutSlash(publicUrl);
    }
  }

  /** An address at the desk; the path begins with {@code /}. */
  public String atDesk(String path) {
    return desk.publicUrl() + path;
  }

  /** An address at the gate; the path begins with {@code /}. */
  public String atGate(String path) {
    return gate.publicUrl() + path;
  }

  /** The page that explains a problem, which is also the problem's type. */
  public String problem(ProblemType type) {
    return atDesk("/problems/" + type.word());
  }

  /** A version of the licence of this name. */
  public String licenceVersion(String licence, int number) {
    return atDesk("/api/v1/licences/" + licence + "/versions/" + number);
  }

  /** A dataset of a territory. */
  public String dataset(Slug territory, Slug dataset) {
    return atDesk("/api/v1/territories/" + territory + "/datasets/" + dataset);
  }

  /** An offer. */
  public String offer(OfferId offer) {
    return atDesk("/api/v1/offers/" + offer);
  }

  /** An agreement. */
  public String agreement(AgreementId agreement) {
    return atDesk("/api/v1/agreements/" + agreement);
  }

  /** Where the newest text of an agreement's licence is accepted, by POST. */
  public String acceptance(AgreementId agreement) {
    return agreement(agreement) + "/accept";
  }

  private static String withoutSlash(String address) {
    return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
  }
}
