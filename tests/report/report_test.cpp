// SPDX-License-Identifier: MIT
// `parallax report` as a user starts it: what is in its files, and how it ends.
#include "support/paths.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

#include "files/read_file.hpp"
#include "files/write_file.hpp"
#include "parallax/image/pixels.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace parallax {
namespace {

using nlohmann::json;
using test::Program;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace fs = std::filesystem;

std::string content(const fs::path& file) {
    constexpr std::size_t most = std::size_t{16} << 20;
    return read_file(file, most);
}

class Report : public testing::Test {
protected:
    /// Of three combinations: one for each import method.
    static std::vector<std::string> one_format() {
        return {"--exporter", "exporter", "--format", "XRGB8888", "--size", "32x24"};
    }

    /// Starts `parallax report ARGUMENTS... --out FOLDER/NAME`.
    [[nodiscard]] std::vector<std::string> arguments(std::vector<std::string> more,
                                                     const std::string& name = "report") const {
        more.insert(more.begin(), "report");
        more.insert(more.end(), {"--out", (folder_.path() / name).string()});
        return more;
    }

    /// Runs it to its end. @return the exit status.
    int make(const std::vector<std::string>& more, const std::string& name = "report") {
        Program program(arguments(more, name));
        const int status = program.wait();
        printed_ = program.printed();
        return status;
    }

    [[nodiscard]] std::string file(const std::string& end,
                                   const std::string& name = "report") const {
        return content(folder_.path() / name / ("report." + end));
    }
    [[nodiscard]] json read(const std::string& name = "report") const {
        return json::parse(file("json", name));
    }

    /// The outcome of each import method.
    [[nodiscard]] json outcomes() const {
        json found;
        const json report = read();
        for (const json& trial : report["trials"]) {
            found[trial["import"].get<std::string>()] = trial["outcome"];
        }
        return found;
    }

    /// Of the driver, for what is started from now on: see failures/layer/faults.hpp.
    static void set_faults(const char* faults) {
        ::setenv("VK_INSTANCE_LAYERS", "VK_LAYER_PARALLAX_faults", 1);
        ::setenv("VK_ADD_LAYER_PATH", test::faults_layer_folder().c_str(), 1);
        ::setenv("PARALLAX_FAULTS", faults, 1);
    }

    test::TemporaryFolder folder_;
    std::string printed_;
};

TEST_F(Report, IsOfEverythingThatThisMachineHas) {
    ASSERT_EQ(make({"--size", "32x24"}), 0) << printed_;
    const json report = read();
    std::size_t usable = 0;
    for (const json& exporter : report["exporters"]) {
        usable += exporter["problem"] == "" ? 1 : 0;
    }
    EXPECT_GE(usable, 2U); // the module, the system heap
    EXPECT_EQ(report["trials"].size(),
              usable * report["devices"].size() * rgb_fourccs().size() * 3);
    std::set<json> different;
    for (const json& trial : report["trials"]) {
        // lavapipe has no images of 24 bits, and linear ones of its own stride alone: where the
        // tests of displays have loaded a driver, it may have chosen another, or have no buffers
        // of a format.
        const std::string exporter = trial["exporter"];
        const bool of_display = exporter.starts_with("gbm") || exporter.starts_with("dumb");
        const bool has_memory =
            trial["reasons"].empty() || trial["reasons"][0] != "the exporter has no memory for it";
        const bool refused =
            trial["format"] == "RGB888" || trial["format"] == "BGR888" ||
            (of_display &&
             (!has_memory || (trial["import"] == "linear" && trial["reasons"].size() == 1)));
        EXPECT_EQ(trial["outcome"], refused ? "refused" : "verified") << trial.dump(2);
        EXPECT_EQ(trial["checks"].size(), refused ? 0 : 3) << trial.dump(2);
        different.insert(
            json::array({trial["exporter"], trial["device"], trial["format"], trial["import"]}));
    }
    EXPECT_EQ(different.size(), report["trials"].size());
    EXPECT_EQ(report["ended"], "");
    EXPECT_THAT(file("html"), StartsWith("<!doctype html>"));
    EXPECT_THAT(file("md"), StartsWith("### Parallax report, "));
    EXPECT_THAT(printed_, HasSubstr("No host name, user name, serial number"));
}

TEST_F(Report, ShowsWhatDiffers) {
    std::vector<std::string> decoy = one_format();
    decoy.emplace_back("--decoy");
    ASSERT_EQ(make(decoy), 1) << printed_;
    EXPECT_EQ(outcomes(),
              json({{"modifier", "differs"}, {"linear", "differs"}, {"buffer", "differs"}}));
    EXPECT_THAT(printed_, HasSubstr("0 of 3 combinations work, 3 go wrong"));
    EXPECT_THAT(printed_, HasSubstr("other memory: all of it is zero"));
    EXPECT_THAT(file("html"), HasSubstr("<img alt=\"what was read\" src=\"data:image/png;base64,"));
    EXPECT_THAT(file("md"), HasSubstr("≠ 3 differs"));
}

TEST_F(Report, GoesOnAfterACrash) {
    set_faults("crashes.linear");
    EXPECT_EQ(make(one_format()), 4) << printed_;
    EXPECT_EQ(outcomes(),
              json({{"modifier", "verified"}, {"linear", "failed"}, {"buffer", "verified"}}));
    EXPECT_THAT(read()["trials"][1]["reasons"][0].get<std::string>(), HasSubstr("the process "));
}

TEST_F(Report, GoesOnAfterAHang) {
    set_faults("hangs.linear");
    std::vector<std::string> patient = one_format();
    patient.insert(patient.end(), {"--patience", "30000"}); // more than a start takes
    EXPECT_EQ(make(patient), 4) << printed_;
    EXPECT_EQ(outcomes(),
              json({{"modifier", "verified"}, {"linear", "failed"}, {"buffer", "verified"}}));
    EXPECT_THAT(read()["trials"][1]["reasons"][0].get<std::string>(),
                HasSubstr("it did not end within 30s and was killed"));
}

TEST_F(Report, HasWhatIsKnownAfterCtrlC) {
    set_faults("hangs.linear");
    Program program(arguments(one_format()));
    ASSERT_TRUE(program.prints("the GPU hangs"));
    program.send(SIGINT);
    EXPECT_EQ(program.wait(), 0) << program.printed();
    EXPECT_EQ(outcomes(),
              json({{"modifier", "verified"}, {"linear", "not tried"}, {"buffer", "not tried"}}));
    EXPECT_EQ(read()["ended"], "The run was stopped after 1 of 3 combinations.");
    EXPECT_THAT(file("html"), HasSubstr("The run was stopped after 1 of 3 combinations."));
    EXPECT_THAT(file("md"), HasSubstr("The run was stopped after 1 of 3 combinations."));
    EXPECT_THAT(program.printed(), HasSubstr("The run was stopped after 1 of 3 combinations."));
}

TEST_F(Report, EndsWhenTheTimeIsOver) {
    set_faults("hangs");
    std::vector<std::string> bounded = one_format();
    bounded.insert(bounded.end(), {"--time-limit", "3"});
    EXPECT_EQ(make(bounded), 4) << printed_; // nothing was compared
    EXPECT_EQ(outcomes(),
              json({{"modifier", "not tried"}, {"linear", "not tried"}, {"buffer", "not tried"}}));
    EXPECT_EQ(read()["ended"],
              "The time limit of 3 s (--time-limit) ended the run after 0 of 3 combinations.");
}

TEST_F(Report, IsComparedWithAnother) {
    ASSERT_EQ(make(one_format(), "old"), 0) << printed_;
    set_faults("vkAllocateMemory.modifier=INVALID_EXTERNAL_HANDLE");
    ASSERT_EQ(make(one_format(), "new"), 0) << printed_;
    const std::string before = (folder_.path() / "old").string();
    const std::string after = (folder_.path() / "new").string();
    Program worse({"report", "--compare", before, after});
    EXPECT_EQ(worse.wait(), 1);
    EXPECT_THAT(worse.printed(), StartsWith("1 got worse, 2 as before\nWorse\n  verified -> "
                                            "refused: exporter, import modifier, on llvmpipe"));
    EXPECT_THAT(worse.printed(), HasSubstr("the driver refused to import the dma-buf"));
    Program better({"report", "--compare", after, before, "--json"});
    EXPECT_EQ(better.wait(), 1);
    EXPECT_EQ(json::parse(better.printed())["better"].size(), 1);
    Program same({"report", "--compare", before, before});
    EXPECT_EQ(same.wait(), 0);
    EXPECT_EQ(same.printed(), "nothing changed in 3 combinations\n");
}

TEST_F(Report, HasNothingPrivate) {
    const fs::path home = folder_.path() / "home-of-anna";
    const fs::path driver = home / "broken_icd.json";
    write_file(driver, std::string(R"({"file_format_version": "1.0.0", "ICD": {"library_path":
        "libnothing.so", "api_version": "1.3.0"}})"));
    ::setenv("HOME", home.c_str(), 1);
    ::setenv("USER", "annabella", 1);
    ASSERT_EQ(::unshare(CLONE_NEWUTS), 0);
    const std::string host = "annas-laptop";
    ASSERT_EQ(::sethostname(host.c_str(), host.size()), 0);
    // One with results, and one with the reasons why there are none, which name that file.
    ASSERT_EQ(make(one_format(), "works"), 0) << printed_;
    ::setenv("VK_DRIVER_FILES", driver.c_str(), 1);
    ASSERT_EQ(make(one_format(), "fails"), 3) << printed_;
    EXPECT_THAT(file("md", "fails"), HasSubstr("~/broken_icd.json"));
    std::vector<std::string> secrets = {"anna"};
    for (const char* const serial :
         {"/etc/machine-id", "/proc/sys/kernel/random/boot_id", "/sys/class/dmi/id/product_serial",
          "/sys/class/dmi/id/product_uuid"}) {
        if (!fs::exists(serial)) {
            continue;
        }
        const std::string text = content(serial);
        if (const std::string line = text.substr(0, text.find('\n')); line.size() > 4) {
            secrets.push_back(line);
        }
    }
    for (const char* const name : {"works", "fails"}) {
        for (const char* const end : {"html", "md", "json"}) {
            for (const std::string& secret : secrets) {
                EXPECT_THAT(file(end, name), Not(HasSubstr(secret))) << name << " " << end;
            }
        }
    }
}

} // namespace
} // namespace parallax
