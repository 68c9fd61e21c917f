using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tango2.Cli.Notebooks;

/// <summary>Runs one notebook in this process, cell by cell.</summary>
internal static partial class NotebookExecution
{
    /// <summary>The name under which the <c>display</c> of notebooks finds the running cell.</summary>
    private const string DisplayHook = "tango2.display";

    // Other hosts have display built in; here a submission defines it, so that no reference of the runner is needed.
    private const string Prologue = $$"""
        static void display(object value, string mimeType = null) =>
            ((Action<object, string>)AppContext.GetData("{{DisplayHook}}"))(value, mimeType);
        static void Display<T>(this T value, string mimeType = null) => display(value, mimeType);
        """;

    /// <summary>Runs the cells in order until one fails, filling in outputs.</summary>
    /// <param name="notebook">The notebook; its old outputs are removed.</param>
    /// <param name="path">Where it was read from: its folder is the current folder, its name is in errors.</param>
    /// <param name="parameters">Values for the variables of the cell tagged <c>parameters</c>.</param>
    /// <param name="progress">Told the number of the code cell before it runs.</param>
    /// <returns>The error that ended the run, or null.</returns>
    public static async Task<CellException?> Run(
        NotebookFile notebook, string path, IReadOnlyDictionary<string, string> parameters, Action<int> progress)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var name = Path.GetFileNameWithoutExtension(path);
        var cells = notebook.Cells.Where(cell => cell.IsCode).ToArray();
        foreach (var cell in cells) cell.SetOutputs(null, []);
        if (parameters.Count > 0 && !cells.Any(cell => cell.HasTag("parameters")))
            throw new ArgumentException($"{path} has no cell tagged 'parameters', so --param has nothing to set.");

        var outputs = new CellOutputs();
        var kernel = new Kernel();
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder;
        AppContext.SetData(DisplayHook, (Action<object, string?>)((value, mime) =>
            outputs.Display(MimeBundle.Of(value ?? "null", mime))));
        var (console, errors) = (Console.Out, Console.Error);
        Console.SetOut(TextWriter.Synchronized(new ConsoleCapture("stdout", outputs)));
        Console.SetError(TextWriter.Synchronized(new ConsoleCapture("stderr", outputs)));
        try
        {
            await kernel.RunCell("display", Prologue, folder);
            for (var i = 0; i < cells.Length; i++)
            {
                progress(i + 1);
                var error = await RunCell(kernel, outputs, cells[i], $"{name}[cell {i + 1}]", i + 1, folder, parameters);
                cells[i].SetOutputs(i + 1, outputs.Take());
                if (error is not null) return error;
            }
            return null;
        }
        finally
        {
            Console.SetOut(console);
            Console.SetError(errors);
            Environment.CurrentDirectory = before;
        }
    }

    private static async Task<CellException?> RunCell(
        Kernel kernel, CellOutputs outputs, NotebookCell cell, string place, int number, string folder,
        IReadOnlyDictionary<string, string> parameters)
    {
        try
        {
            var value = await kernel.RunCell(place, cell.Source, folder);
            if (cell.HasTag("parameters") && parameters.Count > 0)
                await kernel.RunCell(place + " --param", Assignments(parameters), folder);
            if (value is not null) outputs.Result(MimeBundle.Of(value), number);
            return null;
        }
        catch (CellException error)
        {
            outputs.Error(error);
            return error;
        }
    }

    /// <summary>C# that sets the parameters: numbers and truth values as they stand, anything else as a string.</summary>
    internal static string Assignments(IReadOnlyDictionary<string, string> parameters) =>
        string.Join('\n', parameters.Select(p => $"{p.Key} = {(Literal().IsMatch(p.Value) ? p.Value : Quoted(p.Value))};"));

    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    [GeneratedRegex("""^(-?[0-9][0-9_]*(\.[0-9]+)?([eE][-+]?[0-9]+)?[fFdDmMlL]?|true|false)$""")]
    private static partial Regex Literal();
}
