package org.octroi.charter;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Opens a charter as a graph of YAML nodes with their lines. Nothing is constructed from tags, and
 * size, depth and aliases have bounds: the reader only goes down where the format goes, so aliases
 * can't be made to unfold without end.
 */
final class CharterDocument {

  /** The most bytes that a charter, or a text beside it, may have. */
  static final int MOST_BYTES = 1 << 20;

  private static final int MOST_ALIASES = 50;
  private static final int DEEPEST = 30;

  private CharterDocument() {}

  /** The document; nothing, and a finding, where it can't be read as YAML. */
  static Optional<Entry> open(Path file, Set<Finding> findings) {
    return text(file, "", 1, file.toString(), findings)
        .flatMap(text -> parse(file, text, findings));
  }

  /**
   * The text of a file; nothing, and a finding at the given place, where it can't be read.
   *
   * @param field the field that names the file; empty for the charter itself
   */
  static Optional<String> text(
      Path file, String field, int line, String charter, Set<Finding> findings) {
    String problem;
    try {
      if (Files.isDirectory(file)) {
        problem = "there is a folder of this name, not a file";
      } else if (Files.size(file) > MOST_BYTES) {
        problem = "the file is larger than 1 MiB";
      } else {
        return Optional.of(Files.readString(file));
      }
    } catch (NoSuchFileException e) {
      problem = "there is no such file";
    } catch (CharacterCodingException e) {
      problem = "the file is not in UTF-8";
    } catch (IOException e) {
      problem = "the file can't be read: " + e.getMessage();
    }
    findings.add(
        new Finding(charter, line, field, problem + (field.isEmpty() ? "" : " (" + file + ")")));
    return Optional.empty();
  }

  private static Optional<Entry> parse(Path file, String text, Set<Finding> findings) {
    LoaderOptions bounds = new LoaderOptions();
    bounds.setCodePointLimit(MOST_BYTES);
    bounds.setMaxAliasesForCollections(MOST_ALIASES);
    bounds.setNestingDepthLimit(DEEPEST);
    try {
      @Nullable Node root = new Yaml(bounds).compose(new StringReader(text));
      if (root == null) {
        findings.add(new Finding(file.toString(), 1, "", "the file is empty"));
        return Optional.empty();
      }
      return Optional.of(new Entry(file.toString(), root, 1, "", findings));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      findings.add(new Finding(file.toString(), line, "", "is not YAML here: " + e.getProblem()));
    } catch (YAMLException e) {
      findings.add(new Finding(file.toString(), 1, "", "can't be read: " + e.getMessage()));
    }
    return Optional.empty();
  }
}
