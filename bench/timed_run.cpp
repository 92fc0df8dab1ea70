// SPDX-License-Identifier: MIT
#include "timed_run.hpp"

#include "files/write_file.hpp"
#include "offscreen/vk.hpp"

#include "parallax/text.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <map>
#include <sstream>

namespace parallax::bench {
namespace {

constexpr const char* copied_counter = "copied"; // bytes an iteration

/// Timings are passed through Google Benchmark as counters, which it sorts by name: a leading
/// number keeps their order.
std::string counter_name(std::size_t number, std::string_view step) {
    return text::format("{}:{}", number, step);
}

/// "first touch 3.51 ms"
std::string time_text(const std::string& step, double seconds) {
    return seconds < 1e-3 ? text::format("{} {:.1f} us", step, seconds * 1e6)
                          : text::format("{} {:.2f} ms", step, seconds * 1e3);
}

void run_case(benchmark::State& state, const Case& measured, std::exception_ptr& lost) try {
    Iteration iteration;
    std::vector<Timing> sums;
    std::uint64_t copied = 0;
    for (auto _ : state) { // NOLINT(clang-analyzer-deadcode.DeadStores): how it is called
        if (!iteration) {  // inside: one that fails here counts as an iteration, as the library
                           // wants it
            iteration = measured.begin();
        }
        Timings timings;
        iteration(timings);
        copied = timings.copied();
        state.SetIterationTime(timings.total().count());
        sums.resize(timings.all().size());
        for (std::size_t i = 0; i < sums.size(); ++i) {
            sums[i].name = timings.all()[i].name;
            sums[i].time += timings.all()[i].time;
        }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        state.counters[counter_name(i, sums[i].name)] =
            benchmark::Counter(sums[i].time.count(), benchmark::Counter::kAvgIterations);
    }
    state.counters[copied_counter] = static_cast<double>(copied);
} catch (const vk::DeviceLostError& error) { // no later case can be measured
    lost = std::current_exception();
    state.SkipWithError(error.what());
} catch (const std::exception& error) {
    state.SkipWithError(error.what());
}

/// Collects Google Benchmark's measurements, and prints each case when its repetitions are done.
/// The library's own JSON reporter does not detect a full disk.
class Collector final : public benchmark::BenchmarkReporter {
public:
    Collector(const std::map<std::string, const Case*>& cases, bool silent)
        : cases_(cases),
          silent_(silent) {
        json_.SetOutputStream(&json_text_);
        json_.SetErrorStream(&GetErrorStream());
    }

    bool ReportContext(const Context& context) override { return json_.ReportContext(context); }

    void ReportRuns(const std::vector<Run>& runs) override {
        json_.ReportRuns(runs);
        if (runs.front().run_type == Run::RT_Aggregate) {
            return; // aggregates, which are in the JSON
        }
        for (const Run& run : runs) {
            const Case& measured = *cases_.at(run.run_name.function_name);
            if (run.skipped != benchmark::internal::NotSkipped) {
                not_here.push_back(text::format("{}: {}", measured.name(), run.skip_message));
                say(text::format("{:<32} not here: {}", measured.name(), run.skip_message));
                return;
            }
            for (const auto& [counter, value] : run.counters) {
                if (counter == copied_counter) {
                    results.set_copied(measured, static_cast<std::uint64_t>(value.value));
                } else {
                    results.add(measured, counter.substr(counter.find(':') + 1), value.value);
                }
            }
        }
        const Case& measured = *cases_.at(runs.front().run_name.function_name);
        print(*results.find(measured.work, measured.subject, measured.size), measured.name());
    }

    void Finalize() override { json_.Finalize(); }

    [[nodiscard]] std::string json() const { return json_text_.str(); }

    Results results;
    std::vector<std::string> not_here;

private:
    void print(const Results::Row& row, const std::string& name) const {
        std::string line = text::format("{:<32}", name);
        for (const std::string& step : row.steps) {
            line += "  " + time_text(step, summarise(row.seconds.at(step)).median);
        }
        say(line);
    }

    void say(const std::string& line) const {
        if (!silent_) {
            text::println("{}", line);
            std::fflush(stdout);
        }
    }

    const std::map<std::string, const Case*>& cases_;
    bool silent_;
    std::ostringstream json_text_;
    benchmark::JSONReporter json_;
};

} // namespace

Results run_timed(const Cases& cases, const MachineFacts& machine, const TimedOptions& options,
                  std::vector<std::string>& left_out) {
    std::map<std::string, const Case*> by_name;
    const std::size_t all = cases.size() * static_cast<std::size_t>(options.repetitions);
    std::size_t begun = 0;
    std::exception_ptr lost;
    for (const Case& measured : cases) {
        by_name[measured.name()] = &measured;
        benchmark::RegisterBenchmark(measured.name(),
                                     [&](benchmark::State& state) {
                                         // Also called to find out how many iterations a repetition
                                         // takes.
                                         begun = std::min(begun + 1, all);
                                         options.progress(begun, all);
                                         run_case(state, measured, lost);
                                     })
            ->UseManualTime()
            ->Repetitions(options.repetitions)
            ->MinTime(options.seconds);
    }
    for (const auto& [key, value] : machine.rows()) {
        benchmark::AddCustomContext(key, value);
    }
    std::vector<std::string> arguments{"parallax", "--benchmark_enable_random_interleaving=true"};
    std::vector<char*> argv;
    argv.reserve(arguments.size());
    for (std::string& argument : arguments) {
        argv.push_back(argument.data());
    }
    auto argc = static_cast<int>(argv.size());
    benchmark::Initialize(&argc, argv.data());
    Collector collector(by_name, options.silent);
    benchmark::RunSpecifiedBenchmarks(&collector, "all");
    benchmark::ClearRegisteredBenchmarks();
    benchmark::Shutdown();
    if (lost) {
        std::rethrow_exception(lost);
    }
    write_file(options.json, collector.json());
    std::ranges::move(collector.not_here, std::back_inserter(left_out));
    collector.results.arrange(cases);
    return std::move(collector.results);
}

} // namespace parallax::bench
