using Microsoft.Playwright;
using Tango2.Cli.Reports;
using Tango2.Files;

namespace Tango2.Tests.Cli;

/// <summary>The report as a reader has it: a file in a browser, without a network.</summary>
public sealed class ReportInChromiumTests
{
    [Fact]
    public async Task The_report_asks_no_host_complains_of_nothing_and_its_charts_answer()
    {
        var chromium = Programs.Find("chromium");
        Assert.SkipWhen(chromium is null, "chromium is not installed: tests/jupyter.sh installs it on Debian.");
        var folder = Directory.CreateTempSubdirectory("tango2-report-").FullName;
        var report = Path.Combine(folder, "report.html");
        HtmlReport.Write(report, [.. Directory.GetFiles(Path.Combine(Repository.Root, "notebooks"), "0*.ipynb").Order(StringComparer.Ordinal)]);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        });
        var page = await browser.NewPageAsync();
        List<string> asked = [], said = [];
        page.Request += (_, request) => asked.Add(request.Url);
        page.Console += (_, message) => said.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => said.Add(error);
        await page.GotoAsync(new Uri(report).AbsoluteUri);

        var figure = page.Locator("[data-plotly]", new() { HasText = "CLAP by prompt" });
        await figure.ScrollIntoViewIfNeededAsync();
        await figure.Locator(".js-plotly-plot .main-svg").First.WaitForAsync();
        Assert.False(await figure.Locator("> svg").IsVisibleAsync());
        Assert.Contains(await figure.EvaluateAsync<string[]>("figure => figure.querySelector('.js-plotly-plot').data[0].hovertext"),
            (await Told(figure)).Contains);
        Assert.Equal(1, await page.EvaluateAsync<int>("""
            async () => {
                const figure = [...document.querySelectorAll("[data-plotly]")].find(f => f.dataset.plotly.includes("CLAP by prompt"));
                const players = [...document.querySelectorAll("audio")];
                const notes = figure.querySelector(".js-plotly-plot").data[0].hovertext;
                const heard = notes.find(note => players.some(player => player.getAttribute("aria-label").endsWith(note)));
                figure.querySelector(".js-plotly-plot").emit("plotly_click", { points: [{ hovertext: heard }] });
                await new Promise(done => setTimeout(done, 500));
                return players.filter(player => !player.paused || player.currentTime > 0).length;
            }
            """));

        Assert.All(asked, url => Assert.Matches("^(file|data|blob):", url));
        Assert.Empty(said);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What the chart tells while the pointer is over a point.</summary>
    private static async Task<string> Told(ILocator figure)
    {
        await figure.Locator(".point").First.HoverAsync(new() { Force = true });
        var told = figure.Locator(".hoverlayer .hovertext").First;
        await told.WaitForAsync();
        return await told.TextContentAsync() ?? "";
    }
}
