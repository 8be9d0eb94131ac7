using System.Globalization;
using Microsoft.Extensions.Configuration;
using SalesOs.Dashboard.Hosting;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Tests.Architecture;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>The README's table of settings says what the code says.</summary>
public sealed class SettingsTableTests
{
    /// <summary>What the framework reads, and sections in which any name may stand.</summary>
    private static readonly string[] Undeclared = ["Urls", "AllowedHosts", "Roles:<role>"];

    private static readonly IConfigurationRoot Shipped = new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Top, "appsettings.json")).Build();

    private static readonly List<Row> Table =
    [
        .. new Markdown(Repository.ReadTexts().Single(file => file.Path == "README.md")).RowsUnder("Settings")
            .SelectMany(cells => cells[0].Split(", ").Select(name => new Row(name.Trim('`'), cells[1], cells[2]))),
    ];

    public static TheoryData<string> Names => [.. SettingsFaults.Settings.Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Table_OfADeclaredSetting_HasItsDefaultAndItsRange(string name)
    {
        var setting = SettingsFaults.Settings.Single(s => s.Name == name);

        Table.Single(row => row.Name == name).ShouldBe(new Row(name, DefaultOf(setting), RangeOf(setting)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SettingsFile_OfADeclaredSetting_HasItsDefault(string name) =>
        Shipped[name].ShouldBe(DefaultOf(SettingsFaults.Settings.Single(s => s.Name == name)), StringCompareShould.IgnoreCase);

    [Fact]
    public void Table_HasEverySettingOfTheFileOnce()
    {
        string[] notInTheTable = ["Logging", "Roles", "AllowedHosts"];
        var names = Shipped.AsEnumerable().Where(s => !Shipped.GetSection(s.Key).GetChildren().Any() && !notInTheTable.Contains(s.Key.Split(':')[0])).Select(s => s.Key);

        Table.Select(row => row.Name).Except(Undeclared, StringComparer.Ordinal).ShouldBe(names, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fault_AtTheEdgesOfTheRange_BeginsOneBeyond(string name)
    {
        if (SettingsFaults.Settings.Single(s => s.Name == name) is not NumberSetting setting)
        {
            return;
        }

        FaultOf(setting.Least).ShouldBeNull();
        FaultOf(setting.Most).ShouldBeNull();
        FaultOf(setting.Least - 1).ShouldStartWith($"{name}: write a whole number from {setting.Least}");
        FaultOf(setting.Most + 1).ShouldStartWith($"{name}: ");

        string? FaultOf(long value) => setting.Fault(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(name, (string?)value.ToString(CultureInfo.InvariantCulture))]).Build());
    }

    private static string DefaultOf(Setting setting) => setting switch
    {
        NumberSetting number => number.Default.ToString(CultureInfo.InvariantCulture),
        FlagSetting flag => flag.Default ? "true" : "false",
        _ => throw new ArgumentOutOfRangeException(nameof(setting)),
    };

    private static string RangeOf(Setting setting) => setting switch
    {
        NumberSetting { Most: int.MaxValue } number => FormattableString.Invariant($"from {number.Least}"),
        NumberSetting number => FormattableString.Invariant($"{number.Least}–{number.Most}"),
        _ => "true, false",
    };

    private sealed record Row(string Name, string Default, string Range);
}
