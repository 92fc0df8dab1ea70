// SPDX-License-Identifier: MIT
//
// Attacks the exporter with everything that programs do to dma-bufs, right and wrong, all at once,
// and checks the contents all the while. Needs root and a machine that may be lost: ./lab run.
#include "aftermath.hpp"
#include "crowd.hpp"
#include "module.hpp"
#include "vgem_card.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <system_error>

namespace {

using namespace stress;

struct Options {
    std::uint64_t seed = 1;
    unsigned operations = 400;
    CrowdSize crowd;
    std::string faults = "auto";
    bool json = false;
};

struct Outcome {
    Killed killed;
    long leaks = -1;
    std::string discrepancy;
};

void load_what_helps() {
    load_vgem();
    if (!std::filesystem::exists("/dev/importer")) {
        uapi::load_module("dmabuf_importer");
    }
}

Outcome attack(Stage stage, const Options& options) {
    Outcome outcome;
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot make a socket");
    }
    {
        const uapi::UniqueFd send(ends[0]);
        const uapi::UniqueFd receive(ends[1]);
        const SmallCgroup cgroup;
        stage.send = send.get();
        stage.receive = receive.get();
        // What waits in the pool is charged to whoever asked last, up to the limit, and a process
        // of that cgroup is killed for the next page it needs itself: the pool is not for tight
        // limits.
        stage.cgroup = options.crowd.pool ? "" : cgroup.path();
        outcome.killed = run_crowd(stage, options.crowd);
        outcome.discrepancy = stage.ledger->discrepancy();
        if (outcome.discrepancy.empty() && cgroup.killed() != 0) {
            outcome.discrepancy = "the kernel killed a process whose cgroup was full";
        }
    }
    if (outcome.discrepancy.empty()) {
        try {
            check_aftermath();
            outcome.leaks = suspected_leaks();
            if (outcome.leaks > 0) {
                outcome.discrepancy = "kmemleak suspects leaks";
            }
        } catch (const Discrepancy& error) {
            outcome.discrepancy = error.what();
        }
    }
    return outcome;
}

nlohmann::ordered_json report(const Options& options, const Stage& stage, const Outcome& outcome) {
    const Ledger& ledger = *stage.ledger;
    nlohmann::ordered_json each;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < operations; ++i) {
        each[operation_table[i].name] = ledger.done[i].load();
        total += ledger.done[i];
    }
    nlohmann::ordered_json result{
        {"seed", options.seed},
        {"operations", total},
        {"operations by kind", each},
        {"buffers allocated", ledger.buffers.load()},
        {"bytes compared", ledger.bytes_compared.load()},
        {"bad inputs", ledger.wrong_inputs.load()},
        {"failures injected", ledger.failures_injected.load()},
        {"calls that failed for that", ledger.calls_refused.load()},
        {"processes started", outcome.killed.workers_started + ledger.children},
        {"processes killed", outcome.killed.workers_killed + ledger.children_killed},
        {"buffers passed over sockets", ledger.fds_passed.load()},
        {"refused by a full cgroup", ledger.cgroup_refusals.load()},
        {"discrepancy", outcome.discrepancy.empty() ? nlohmann::ordered_json()
                                                    : nlohmann::ordered_json(outcome.discrepancy)},
    };
    if (outcome.leaks >= 0) {
        result["leaks that kmemleak suspects"] = outcome.leaks;
    }
    return result;
}

void print(const nlohmann::ordered_json& result) {
    for (const auto& [name, value] : result.items()) {
        if (value.is_object()) {
            print(value);
        } else if (!value.is_null()) {
            std::cout << name << ": "
                      << (value.is_string() ? value.get<std::string>() : value.dump()) << '\n';
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Attacks /dev/exporter from many processes and checks every byte meanwhile.\n"
                 "Exit status: 0 nothing was wrong, 1 something was, 2 bad usage, 3 the machine "
                 "cannot do it."};
    app.add_option("--seed", options.seed, "What is done follows from this number")
        ->capture_default_str();
    app.add_option("--operations", options.operations, "Of each thread in each life of its process")
        ->capture_default_str();
    app.add_option("--workers", options.crowd.workers, "Processes at a time")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_option("--threads", options.crowd.threads, "In each process")
        ->check(CLI::Range(1, 16))
        ->capture_default_str();
    app.add_option("--lives", options.crowd.lives, "How often each process is started")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    app.add_option("--faults", options.faults,
                   "Make allocations in the kernel fail: auto is yes where the kernel can")
        ->check(CLI::IsMember({"auto", "yes", "no"}))
        ->capture_default_str();
    app.add_flag("--pool", options.crowd.pool,
                 "Change the size of the module's pool meanwhile, and fill no cgroup");
    app.add_flag("--json", options.json, "Print the counts as JSON");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        const std::string obstacle = Faults::obstacle();
        if (options.faults == "yes" && !obstacle.empty()) {
            throw std::runtime_error(obstacle);
        }
        load_what_helps();
        Stage stage{.seed = options.seed, .operations = options.operations, .cgroup = {}};
        stage.ledger = &Ledger::create();
        stage.faults = options.faults != "no" && obstacle.empty();
        if (stage.faults) {
            Faults::prepare();
        }
        const Outcome outcome = attack(stage, options);
        const auto result = report(options, stage, outcome);
        if (options.json) {
            std::cout << result.dump(2) << '\n';
        } else {
            print(result);
        }
        return outcome.discrepancy.empty() ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "parallax-stress: " << error.what() << '\n';
        return 3;
    }
}
