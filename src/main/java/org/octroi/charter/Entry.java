package org.octroi.charter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A place in a charter: the YAML node with the way to it, so that whatever is wrong there can be
 * said with its line and field. Reading never throws; it adds findings and goes on, so that one
 * reading finds everything.
 *
 * @param file the file, as it was named
 * @param node the node
 * @param line where it begins, from 1: for a field, the line of its name
 * @param path the way to it; empty for the whole document
 * @param findings where findings go
 */
record Entry(String file, Node node, int line, String path, Set<Finding> findings) {

  /** How a value is read; what is wrong is said to the entry, and nothing comes back. */
  interface Reader<T> {
    Optional<T> read(Entry entry);
  }

  private static final Pattern STEP = Pattern.compile("([A-Za-z0-9_-]+)|\\[([0-9]+)]");

  /** Adds a finding here. */
  void wrong(String message) {
    findings.add(new Finding(file, line, path, message));
  }

  /** Adds a finding here, and gives nothing. */
  <T> Optional<T> refuse(String message) {
    wrong(message);
    return Optional.empty();
  }

  private static int lineOf(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  /**
   * The text of a scalar as it is written; nothing, and a finding, where it is not one, or YAML's
   * null.
   */
  Optional<String> scalar() {
    return isNull() ? refuseNull() : written();
  }

  /** Whether nothing stands here: {@code contact:}, {@code ~} or {@code null}. */
  boolean isNull() {
    return node.getTag().equals(Tag.NULL);
  }

  /** Says that nothing stands here. */
  <T> Optional<T> refuseNull() {
    return refuse("is empty: leave the field out");
  }

  /** The text of a scalar, YAML's null included; nothing, and a finding, where it is not one. */
  Optional<String> written() {
    return node instanceof ScalarNode scalar
        ? Optional.of(scalar.getValue())
        : refuse("must be a single value");
  }

  /** The entries of a list; a finding where it is none. */
  List<Entry> list() {
    if (isNull()) {
      this.<List<Entry>>refuseNull();
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      wrong("must be a list");
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < sequence.getValue().size(); i++) {
      Node item = sequence.getValue().get(i);
      entries.add(new Entry(file, item, lineOf(item), path + "[" + i + "]", findings));
    }
    return entries;
  }

  /** What a list's entries are read as; those that are wrong are left out. */
  <T> List<T> listOf(Reader<T> reader) {
    return list().stream().flatMap(entry -> reader.read(entry).stream()).toList();
  }

  /** The fields of a mapping with whatever keys; a finding where it is none. */
  Map<String, Entry> mapping() {
    if (isNull()) {
      this.<Map<String, Entry>>refuseNull();
      return Map.of();
    }
    if (!(node instanceof MappingNode mapping)) {
      wrong("must be a mapping of names to values");
      return Map.of();
    }
    Map<String, Entry> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      int keyLine = lineOf(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
        new Entry(file, tuple.getKeyNode(), keyLine, path, findings)
            .wrong("has a key that is not a name");
        continue;
      }
      String name = scalar.getValue();
      String way = path.isEmpty() ? name : path + "." + name;
      Entry field = new Entry(file, tuple.getValueNode(), keyLine, way, findings);
      if (fields.putIfAbsent(name, field) != null) {
        field.wrong("is written twice");
      }
    }
    return fields;
  }

  /** The fields of a mapping that may have these keys only. */
  Fields fields(String... allowed) {
    Set<String> names = new LinkedHashSet<>(List.of(allowed));
    Map<String, Entry> fields = mapping();
    fields.forEach(
        (name, entry) -> {
          if (!names.contains(name)) {
            String hint = Nearest.hint(name, names);
            entry.wrong(
                "is not known here"
                    + (hint.isEmpty() ? "; known are " + String.join(", ", names) : hint));
          }
        });
    return new Fields(this, fields);
  }

  /** The place at {@code masks[0].column} below this one, or the last one on the way to it. */
  Entry below(String way) {
    Entry at = this;
    Matcher steps = STEP.matcher(way);
    while (steps.find()) {
      @Nullable Entry next =
          steps.group(1) == null
              ? at.item(Integer.parseInt(steps.group(2)))
              : at.node instanceof MappingNode ? at.mapping().get(steps.group(1)) : null;
      if (next == null) {
        return at;
      }
      at = next;
    }
    return at;
  }

  private @Nullable Entry item(int index) {
    if (node instanceof SequenceNode sequence && index < sequence.getValue().size()) {
      return list().get(index);
    }
    return null;
  }

  /**
   * The fields of one mapping.
   *
   * @param of the mapping
   * @param byName its fields
   */
  record Fields(Entry of, Map<String, Entry> byName) {

    boolean has(String name) {
      return byName.containsKey(name);
    }

    /** The field, if it is written. */
    Optional<Entry> entry(String name) {
      return Optional.ofNullable(byName.get(name));
    }

    /** What the field is read as, if it is written and right. */
    <T> Optional<T> maybe(String name, Reader<T> reader) {
      return entry(name).flatMap(reader::read);
    }

    /**
     * What the field is read as. Where it is missing or wrong there is a finding, so nothing will
     * be applied: the stand-in only lets the reading go on.
     */
    <T> T need(String name, Reader<T> reader, T standIn) {
      if (!has(name)) {
        missing(name);
        return standIn;
      }
      return maybe(name, reader).orElse(standIn);
    }

    /** The entries of a list that may be left out. */
    List<Entry> list(String name) {
      return entry(name).map(Entry::list).orElse(List.of());
    }

    void missing(String name) {
      new Entry(
              of.file(),
              of.node(),
              of.line(),
              of.path().isEmpty() ? name : of.path() + "." + name,
              of.findings())
          .wrong("is missing");
    }
  }
}
