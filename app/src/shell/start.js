(async (key, build, script, wasm) => {
  const load = async () => {
    const program = await import(script);
    await program.default({ module_or_path: wasm });
    return program;
  };
  const reloadOnce = (error) => {
    if (sessionStorage.getItem(key) === build) throw error;
    sessionStorage.setItem(key, build);
    location.reload();
    return new Promise(() => {});
  };
  (await load().catch(reloadOnce)).hydrate();
})
