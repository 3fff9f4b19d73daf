package org.octroi.store;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.StoreId;

/**
 * What the gate knows of a distribution's store: where it is and how it is asked.
 *
 * @param store the store, whose connections are pooled together
 * @param address where it is
 * @param credential the sealed credential, absent where none is needed
 * @param resource the path below an HTTP store's base, the table of an SQL store, or the file below
 *     a folder
 * @param catalogue what is known of its rows
 * @param parameters for HTTP: the query parameters that callers may send
 * @param subpaths for HTTP: whether the rest of the caller's path goes to the store
 * @param formats the formats it can be asked for; the first is the default
 * @param bodies for HTTP: whether callers may send a POST query, whose body goes to the store
 * @param namesAgreement whether the store is told the agreement's number; a holder can turn it off
 */
public record StoreTarget(
    StoreId store,
    StoreAddress address,
    Optional<SealedCredential> credential,
    String resource,
    Catalogue catalogue,
    List<Parameter> parameters,
    boolean subpaths,
    List<Format> formats,
    boolean bodies,
    boolean namesAgreement) {

  public StoreTarget {
    parameters = List.copyOf(parameters);
    formats = List.copyOf(formats);
    if (formats.isEmpty()) {
      throw new IllegalArgumentException("a distribution has at least one format");
    }
  }

  /** The formats as a set, for the policy. */
  public Set<Format> formatSet() {
    return Set.copyOf(formats);
  }

  /**
   * A password or token, sealed; opened only by the connector that needs it.
   *
   * @param sealed the output of {@link org.octroi.secret.Seal}
   */
  public record SealedCredential(String sealed) {

    /** What a store's credential is sealed for. */
    public static final String USE = "store-credential";

    /** Says nothing of what is inside. */
    @Override
    public String toString() {
      return "SealedCredential[…]";
    }
  }

  /**
   * A query parameter that an HTTP store understands.
   *
   * @param name its name in the query
   * @param column the column that it compares, absent for paging and the like
   * @param operator how it compares
   */
  public record Parameter(String name, Optional<String> column, Operator operator) {}
}
