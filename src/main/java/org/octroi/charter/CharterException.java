package org.octroi.charter;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.octroi.problem.StartRefusedException;

/** A charter was not applied, and nothing of it was, because something is wrong in it. */
public final class CharterException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String what;
  private final transient List<Finding> findings;

  CharterException(Path file, List<Finding> findings) {
    this(
        "Nothing of the charter "
            + file
            + " was applied: "
            + (findings.size() == 1 ? "one thing is" : findings.size() + " things are")
            + " wrong in it.",
        findings);
  }

  /** The check let it pass, and the rooms or the database would not have it. */
  CharterException(Path file, RuntimeException refused, String why) {
    this(
        "Nothing of the charter " + file + " was applied.",
        List.of(new Finding(file.toString(), 1, "", "was refused: " + why)));
    initCause(refused);
  }

  private CharterException(String what, List<Finding> findings) {
    super(what + "\n" + lines(findings));
    this.what = what;
    this.findings = List.copyOf(findings);
  }

  /** All that is wrong, in the order of the file. */
  public List<Finding> findings() {
    return findings;
  }

  /** The same for a start that can't go on: one clear text, no stack trace. */
  public StartRefusedException asStartRefusal() {
    return new StartRefusedException(
        what + "\n" + lines(findings), "Mend these lines, then start again.");
  }

  private static String lines(List<Finding> findings) {
    return findings.stream().map(f -> "  " + f).collect(Collectors.joining("\n"));
  }
}
