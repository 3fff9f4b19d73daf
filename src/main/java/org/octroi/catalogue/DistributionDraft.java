package org.octroi.catalogue;

import java.util.List;
import java.util.Set;
import org.octroi.obligation.Catalogue;
import org.octroi.store.StoreTarget.Parameter;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoreId;

/**
 * A distribution as it is to be.
 *
 * @param slug its name in addresses, unique in the dataset
 * @param title what it is, in a few words
 * @param store the store that has it
 * @param resource the path below an HTTP store's base, the table, or the file
 * @param catalogue what is known of its rows
 * @param parameters for HTTP: the query parameters that callers may send
 * @param formats the formats that it can be asked for, the first being the default; at least one
 * @param actions what may be done with it, at least one
 * @param subpaths for HTTP: whether the rest of the caller's path goes to the store
 * @param bodies for HTTP: whether callers may send a query in the body of a POST, which goes to the
 *     store; the actions then have {@link Action#QUERY}
 * @param isDefault whether the dataset's address means this one
 */
public record DistributionDraft(
    Slug slug,
    Bilingual title,
    StoreId store,
    String resource,
    Catalogue catalogue,
    List<Parameter> parameters,
    List<Format> formats,
    Set<Action> actions,
    boolean subpaths,
    boolean bodies,
    boolean isDefault) {

  public DistributionDraft {
    parameters = List.copyOf(parameters);
    formats = List.copyOf(formats);
    actions = Set.copyOf(actions);
    if (formats.isEmpty() || actions.isEmpty()) {
      throw new IllegalArgumentException(slug + " needs a format and an action");
    }
    if (bodies && !actions.contains(Action.QUERY)) {
      throw new IllegalArgumentException(slug + " takes queries in a body, but can't be queried");
    }
  }
}
