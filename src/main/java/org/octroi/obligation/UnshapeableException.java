package org.octroi.obligation;

import org.jspecify.annotations.Nullable;

/**
 * An obligation can't be honoured for this content, so none of it may go out: the content is not of
 * the declared form, or what the obligation speaks of is not declared.
 */
public final class UnshapeableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String what;

  /**
   * @param what what stands in the way; never a value of the content
   */
  public UnshapeableException(String what) {
    this(what, null);
  }

  UnshapeableException(String what, @Nullable Throwable cause) {
    super(what, cause);
    this.what = what;
  }

  /** What stands in the way; never a value of the content. */
  public String what() {
    return what;
  }
}
