// What a workbench has from other extensions: a folder that lies on no disk, and an assistant that uses tools.
const vscode = require("vscode");

const FILES = { "/shop/app.js": "function f() {\n  throw new Error('x');\n}\n" };

class Memory {
  onDidChangeFile = new vscode.EventEmitter().event;

  stat({ path }) {
    const isFile = path in FILES;
    if (!isFile && path !== "/shop" && path !== "/") {
      throw vscode.FileSystemError.FileNotFound(path);
    }
    const type = isFile ? vscode.FileType.File : vscode.FileType.Directory;
    return { type, ctime: 0, mtime: 0, size: isFile ? FILES[path].length : 0 };
  }

  readDirectory() {
    return Object.keys(FILES).map((path) => [path.slice("/shop/".length), vscode.FileType.File]);
  }

  readFile({ path }) {
    if (!(path in FILES)) {
      throw vscode.FileSystemError.FileNotFound(path);
    }
    return new TextEncoder().encode(FILES[path]);
  }

  watch() {
    return new vscode.Disposable(() => undefined);
  }

  createDirectory() {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile() {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete() {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename() {
    throw vscode.FileSystemError.NoPermissions();
  }
}

async function ask(name, input) {
  const tool = vscode.lm.tools.find((known) => known.name === name);
  const asked = { input, toolInvocationToken: undefined };
  const answer = await vscode.lm.invokeTool(tool.name, asked, new vscode.CancellationTokenSource().token);
  const text = answer.content.map((part) => part.value).join("");
  const document = await vscode.workspace.openTextDocument({ content: `Answer of ${tool.name}\n${text}` });
  await vscode.window.showTextDocument(document);
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider("memory", new Memory(), { isCaseSensitive: true }),
    vscode.commands.registerCommand("helper.runAgain", () =>
      vscode.commands.executeCommand("crimescene.runAgain", {}),
    ),
    vscode.commands.registerCommand("helper.askForPrompt", () => ask("crimescene_debug_prompt", {})),
    vscode.commands.registerCommand("helper.askToRun", () =>
      ask("crimescene_run_file", { file: vscode.window.activeTextEditor.document.uri.fsPath }),
    ),
  );
};
