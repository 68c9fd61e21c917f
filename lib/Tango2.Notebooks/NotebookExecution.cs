using System.Text;
using System.Text.Json.Nodes;

namespace Tango2.Notebooks;

/// <summary>Runs one notebook in this process, cell by cell.</summary>
internal static class NotebookExecution
{
    /// <summary>The name under which the <c>display</c> of notebooks finds the running cell.</summary>
    private const string DisplayHook = "tango2.display";

    // Other hosts have display built in; here a submission defines it, so that no reference of the runner is needed.
    private const string Prologue = $$"""
        static void display(object value, string mimeType = null) =>
            ((Action<object, string>)AppContext.GetData("{{DisplayHook}}"))(value, mimeType);
        static void Display<T>(this T value, string mimeType = null) => display(value, mimeType);
        """;

    /// <summary>Runs the cells in order until one fails, and tells what they show as they show it.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="path">Where it was read from: its folder is the current folder, its name is in errors.</param>
    /// <param name="parameters">Values for the variables of the cell tagged <c>parameters</c>.</param>
    /// <param name="tell">Told of cells that begin and of outputs, also by other threads that the cells started.</param>
    /// <returns>The error that ended the run, or null.</returns>
    public static async Task<CellException?> Run(
        NotebookFile notebook, string path, IReadOnlyDictionary<string, string> parameters, Action<NotebookEvent> tell)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        void Show(JsonObject output) => tell(new(Output: output));
        using var shown = new ConsoleCapture(text => Show(CellOutput.Stream("stdout", text)));
        using var warned = new ConsoleCapture(text => Show(CellOutput.Stream("stderr", text)));
        AppContext.SetData(DisplayHook, (Action<object, string?>)((value, mime) =>
            Show(CellOutput.Display(MimeBundle.Of(value ?? "null", mime)))));
        var (console, errors, input, before) = (Console.Out, Console.Error, Console.In, Environment.CurrentDirectory);
        Environment.CurrentDirectory = folder;
        Console.SetOut(shown);
        Console.SetError(warned);
        Console.SetIn(TextReader.Null);
        try
        {
            var kernel = new Kernel();
            await kernel.RunCell("display", Prologue, folder);
            foreach (var (index, cell) in notebook.CodeCells.Index())
            {
                tell(new(Cell: index + 1));
                var place = NotebookRecord.PlaceOf(path, index + 1);
                var error = await RunCell(kernel, cell, place, folder, parameters, value => Show(CellOutput.Result(value, index + 1)));
                shown.Flush();
                warned.Flush();
                if (error is null) continue;
                Show(CellOutput.Error(error.Kind, error.Message));
                return error;
            }
            return null;
        }
        finally
        {
            Console.SetOut(console);
            Console.SetError(errors);
            Console.SetIn(input);
            Environment.CurrentDirectory = before;
        }
    }

    private static async Task<CellException?> RunCell(
        Kernel kernel, NotebookCell cell, string place, string folder, IReadOnlyDictionary<string, string> parameters,
        Action<IReadOnlyDictionary<string, JsonNode?>> result)
    {
        try
        {
            var value = await kernel.RunCell(place, cell.Source, folder);
            if (cell.HasTag(NotebookParameters.Tag) && parameters.Count > 0)
                await kernel.RunCell(place + " --param", NotebookParameters.Assignments(parameters), folder);
            if (value is not null) result(MimeBundle.Of(value));
            return null;
        }
        catch (CellException error)
        {
            return error;
        }
        catch (Exception error) // Such as a value that cannot be shown.
        {
            var kind = error.GetType().Name;
            return new(place, 1, kind, $"{kind}: {error.Message}", error);
        }
    }
}

/// <summary>A console stream of a notebook: everything written is told at once, as text of the running cell.</summary>
/// <param name="tell">Told each text; the first half of a character waits for the second.</param>
internal sealed class ConsoleCapture(Action<string> tell) : TextWriter
{
    private string _half = "";

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        var text = _half + value;
        _half = char.IsHighSurrogate(text[^1]) ? text[^1..] : "";
        if (text.Length > _half.Length) tell(text[..^_half.Length]);
    }

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>Tells the half of a character that waits, since the cell has ended.</summary>
    public override void Flush()
    {
        if (_half.Length > 0) tell(_half);
        _half = "";
    }
}
