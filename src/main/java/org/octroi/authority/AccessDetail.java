package org.octroi.authority;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * One of the {@code authorization_details} (RFC 9396 §2) of type {@code octroi-access}: a dataset,
 * what is to be done with it, and for which purpose.
 *
 * @param dataset as {@code territory/dataset}
 * @param actions what is to be done; never empty
 * @param purpose what for, where the reuser says so
 */
record AccessDetail(String dataset, SortedSet<Action> actions, Optional<Purpose> purpose) {

  static final String PARAMETER = "authorization_details";
  static final String TYPE = "octroi-access";

  private static final int MOST = 50;
  private static final int LONGEST = 10_000;
  private static final Set<String> MEMBERS =
      Set.of("type", "dataset", "actions", "purpose", "locations");
  private static final Pattern DATASET =
      Pattern.compile("[a-z][a-z0-9-]{1,40}/[a-z][a-z0-9-]{1,40}");
  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Reads the parameter.
   *
   * @param gate the one location that there is
   * @throws IllegalArgumentException when it is not of this type, in words for the asker
   */
  static List<AccessDetail> read(String text, String gate) {
    List<?> listed;
    try {
      if (text.length() > LONGEST) {
        throw new IllegalArgumentException("must be at most " + LONGEST + " characters long");
      }
      listed = JSON.readValue(text, List.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("must be an array of JSON", e);
    }
    if (listed.isEmpty() || listed.size() > MOST) {
      throw new IllegalArgumentException("must have one to " + MOST + " entries");
    }
    List<AccessDetail> details = new ArrayList<>();
    for (Object entry : listed) {
      details.add(of(entry, gate));
    }
    return List.copyOf(details);
  }

  private static AccessDetail of(Object entry, String gate) {
    if (!(entry instanceof Map<?, ?> members) || !TYPE.equals(members.get("type"))) {
      throw new IllegalArgumentException("must have entries of the type " + TYPE);
    }
    for (Object name : members.keySet()) {
      if (!MEMBERS.contains(String.valueOf(name))) {
        throw new IllegalArgumentException(
            "knows the members type, dataset, actions, purpose and locations only");
      }
    }
    if (members.containsKey("locations") && !List.of(gate).equals(members.get("locations"))) {
      throw new IllegalArgumentException("has no location but " + gate);
    }
    if (!(members.get("dataset") instanceof String dataset)
        || !DATASET.matcher(dataset).matches()) {
      throw new IllegalArgumentException("must name each dataset as territory/dataset");
    }
    return new AccessDetail(
        dataset,
        actions(members.get("actions")),
        Optional.ofNullable(members.get("purpose")).map(AccessDetail::purpose));
  }

  private static SortedSet<Action> actions(@Nullable Object said) {
    if (!(said instanceof List<?> words) || words.isEmpty()) {
      throw new IllegalArgumentException("must say actions: read, download or query");
    }
    SortedSet<Action> actions = new TreeSet<>();
    for (Action action : Action.values()) {
      if (words.contains(action.word())) {
        actions.add(action);
      }
    }
    if (actions.size() != words.size()) {
      throw new IllegalArgumentException("knows the actions read, download and query only");
    }
    return actions;
  }

  private static Purpose purpose(Object term) {
    return Purposes.dpv()
        .find(new Purpose(String.valueOf(term)))
        .map(Purposes.Term::purpose)
        .orElseThrow(() -> new IllegalArgumentException("must name a purpose of DPV"));
  }

  /** The same as scopes. */
  Set<String> scopes() {
    return actions.stream()
        .map(action -> "octroi:" + dataset + ":" + action.word())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** As it stands in tokens and answers. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", TYPE);
    json.put("dataset", dataset);
    json.put("actions", actions.stream().map(Action::word).toList());
    purpose.ifPresent(said -> json.put("purpose", said.term()));
    return json;
  }
}
