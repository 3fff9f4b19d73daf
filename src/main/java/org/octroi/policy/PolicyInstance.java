package org.octroi.policy;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.styra.opa.wasm.OpaWasm_Env;
import com.styra.opa.wasm.OpaWasm_ModuleExports;
import com.styra.opa.wasm.OpaWasm_ModuleImports;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * One instance of a policy that OPA compiled to WebAssembly, with a memory of its own. Not safe for
 * use by many threads: two at once corrupt its heap.
 *
 * <p>The imports and exports are those of OPA's Java SDK. Its {@code OpaPolicy} itself is not used
 * here, because it compiles the module anew for each instance and takes no module compiled ahead;
 * the tests hold the answers of both against each other. The calls are those of OPA's ABI 1.2, the
 * one-off evaluation: <a href="https://www.openpolicyagent.org/docs/wasm#evaluation">OPA,
 * WebAssembly, evaluation</a>.
 */
final class PolicyInstance implements OpaWasm_ModuleImports, OpaWasm_Env {

  private static final int PAGE_BYTES = 65_536;

  /** 1 MB, enough for any document that the gate makes. */
  private static final int INITIAL_PAGES = 16;

  /** 16 MB: a document beyond that traps, and the caller refuses. */
  private static final int MOST_PAGES = 256;

  private static final int ENTRY_POINT = 0;
  private static final int FORMAT_JSON = 0;

  private final Memory memory;
  private final OpaWasm_ModuleExports exports;
  private final int data;
  private final int inputAddress;

  /**
   * @param module a policy with one entry point, which uses nothing but what WebAssembly has built
   *     in
   * @param machine what runs its code
   */
  PolicyInstance(WasmModule module, Function<Instance, Machine> machine) {
    memory = new ByteArrayMemory(new MemoryLimits(INITIAL_PAGES, MOST_PAGES));
    exports =
        new OpaWasm_ModuleExports(
            Instance.builder(module)
                .withImportValues(toImportValues())
                .withMachineFactory(machine)
                .build());
    String builtins = take(exports.opaJsonDump(exports.builtins()));
    if (!builtins.equals("{}")) {
      throw new IllegalArgumentException(
          "The policy may only use what WebAssembly has built in, but it also uses " + builtins);
    }
    data = parse("{}");
    inputAddress = aligned(exports.opaHeapPtrGet());
  }

  /**
   * The result set, as JSON text, for this input.
   *
   * @throws DecisionUnavailableException when the policy fails; the instance is then of no more use
   */
  String evaluate(String input) {
    byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
    try {
      // All that the last evaluation left lies above the input's address, and is written over.
      int heap = aligned(inputAddress + bytes.length);
      makeRoom(heap);
      memory.write(inputAddress, bytes);
      int result =
          exports.opaEval(0, ENTRY_POINT, data, inputAddress, bytes.length, heap, FORMAT_JSON);
      return memory.readCString(result);
    } catch (ChicoryException e) {
      throw new DecisionUnavailableException("The policy failed", e);
    }
  }

  private void makeRoom(int upTo) {
    int lacking = upTo - memory.pages() * PAGE_BYTES;
    if (lacking > 0 && memory.grow(Math.ceilDiv(lacking, PAGE_BYTES)) == -1) {
      throw new DecisionUnavailableException("The policy's memory has no room for the input");
    }
  }

  private int parse(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    int text = exports.opaMalloc(bytes.length);
    memory.write(text, bytes);
    return exports.opaJsonParse(text, bytes.length);
  }

  private String take(int address) {
    String text = memory.readCString(address);
    exports.opaFree(address);
    return text;
  }

  private static int aligned(int address) {
    return (address + 7) & ~7;
  }

  @Override
  public OpaWasm_Env env() {
    return this;
  }

  @Override
  public Memory memory() {
    return memory;
  }

  @Override
  public void opaAbort(int message) {
    throw new DecisionUnavailableException("The policy gave up: " + memory.readCString(message));
  }

  @Override
  public int opaBuiltin0(int builtin, int context) {
    throw noBuiltin(builtin);
  }

  @Override
  public int opaBuiltin1(int builtin, int context, int first) {
    throw noBuiltin(builtin);
  }

  @Override
  public int opaBuiltin2(int builtin, int context, int first, int second) {
    throw noBuiltin(builtin);
  }

  @Override
  public int opaBuiltin3(int builtin, int context, int first, int second, int third) {
    throw noBuiltin(builtin);
  }

  @Override
  public int opaBuiltin4(int builtin, int context, int first, int second, int third, int fourth) {
    throw noBuiltin(builtin);
  }

  private static DecisionUnavailableException noBuiltin(int builtin) {
    return new DecisionUnavailableException(
        "The policy calls a function that nobody gives: " + builtin);
  }
}
