using Microsoft.Playwright;

namespace Tango2.Interactive;

/// <summary>A notebook as a student has it: in Jupyter, in a browser, with a slider to move and sounds to hear.</summary>
public sealed class JupyterTests(Workspace workspace)
{
    private const string Name = "05-filtering-and-thresholds";
    private const float Patience = 10 * 60_000; // ms; what takes half a minute on idle cores.

    [Fact]
    public async Task The_thresholds_run_in_jupyter_a_slider_moves_the_counts_and_the_players_sound()
    {
        var missing = await JupyterServer.Missing(workspace.Root);
        Assert.SkipWhen(missing is not null, missing ?? "");
        using var server = await JupyterServer.Start(workspace.Root, TestContext.Current.CancellationToken);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = JupyterServer.PathOf("chromium"),
            Args = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        });
        var page = await browser.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync(server.PageOf(Name));
        await RunAll(page);
        await MoveSlider(page);
        await Hear(page);
    }

    private static async Task RunAll(IPage page)
    {
        await page.WaitForFunctionAsync("() => window.Jupyter?.notebook?.kernel?.is_connected()");
        await page.EvaluateAsync("() => Jupyter.notebook.clear_all_output()");
        await page.ClickAsync("#celllink");
        await page.ClickAsync("#run_all_cells");
        await page.WaitForFunctionAsync("""
            () => {
                const cells = Jupyter.notebook.get_cells().filter(cell => cell.cell_type === "code");
                const failed = cells.some(cell => cell.output_area.outputs.some(output => output.output_type === "error"));
                return failed || cells.every(cell => typeof cell.input_prompt_number === "number");
            }
            """);
        var errors = await page.EvaluateAsync<string[]>("""
            () => Jupyter.notebook.get_cells().filter(cell => cell.cell_type === "code").flatMap(cell => cell.output_area.outputs)
                .filter(output => output.output_type === "error").map(output => output.evalue)
            """);
        Assert.Empty(errors);
    }

    private static async Task MoveSlider(IPage page)
    {
        var explorer = page.Locator(".output [data-filter-explorer]");
        var counts = explorer.Locator("table").First;
        var before = await counts.InnerTextAsync();
        var slider = explorer.Locator("input[type=range]").First;
        await slider.FocusAsync();
        for (var i = 0; i < 20; i++) await slider.PressAsync("ArrowRight");
        Assert.NotEqual(before, await counts.InnerTextAsync());
        for (var i = 0; i < 20; i++) await slider.PressAsync("ArrowLeft");
        Assert.Equal(before, await counts.InnerTextAsync());
    }

    private static async Task Hear(IPage page)
    {
        var players = await page.EvaluateAsync<Player[]>("""
            async () => Promise.all([...document.querySelectorAll(".output audio")].filter(player => player.src).map(async player => {
                if (player.readyState === 0) player.load();
                for (let i = 0; i < 600 && player.readyState === 0 && !player.error; i++) await new Promise(done => setTimeout(done, 100));
                const bytes = await (await fetch(player.src)).arrayBuffer();
                const sound = await new OfflineAudioContext(1, 1, 16000).decodeAudioData(bytes);
                return {
                    duration: player.duration || 0, error: player.error?.message ?? "",
                    loudest: sound.getChannelData(0).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
                };
            }))
            """);
        Assert.NotEmpty(players);
        Assert.All(players, player =>
        {
            Assert.Equal("", player.Error);
            Assert.InRange(player.Duration, 0.1, 60);
            Assert.InRange(player.Loudest, 0.001, 1);
        });
    }

    private sealed class Player
    {
        public double Duration { get; set; }

        public string Error { get; set; } = "";

        public double Loudest { get; set; }
    }
}
