// SPDX-License-Identifier: MIT
#include "source.hpp"

#include "case.hpp"
#include "system_setting.hpp"

#include "parallax/exporter.hpp"

#include <chrono>
#include <format>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace parallax::bench {
namespace {

/// The pool of this project's module: off, except while a source that uses it is measured.
class Pool {
public:
    [[nodiscard]] bool usable() const {
        return size_.value().has_value() && stat("pool_bytes") >= 0;
    }

    void off() {
        if (size_.value()) {
            size_.set(0);
        }
    }

    /// Waits until @p size bytes are ready.
    void fill(std::uint64_t size, Exporter& exporter) {
        using namespace std::chrono_literals;
        const std::uint64_t whole = (size + 2 * mebibyte - 1) / (2 * mebibyte) * 2;
        size_.set(whole);
        for (auto waited = 0ms; stat("pool_bytes") < static_cast<long long>(size); waited += 1ms) {
            if (waited % 1000 == 0ms) {
                const DmaBuf missed = exporter.allocate(size); // the pool learns what is in demand
            }
            if (waited > 10s) {
                throw std::runtime_error(std::format("the pool does not fill to {} bytes", size));
            }
            std::this_thread::sleep_for(1ms);
        }
    }

private:
    /// A figure of the module's, -1 where there is none.
    static long long stat(std::string_view wanted) {
        std::ifstream stats("/sys/kernel/debug/dmabuf_exporter/stats");
        std::string name;
        long long value = 0;
        while (stats >> name >> value) {
            if (name == wanted) {
                return value;
            }
        }
        return -1;
    }

    SystemSetting size_{"/sys/module/dmabuf_exporter/parameters/pool_mib"};
};

/// The kernel's limits that a bench runs into, raised while any source lives.
struct Limits {
    SystemSetting udmabuf_size{"/sys/module/udmabuf/parameters/size_limit_mb"};
    SystemSetting huge_pages{"/proc/sys/vm/nr_hugepages"};
};

class ExporterSource final : public Source {
public:
    ExporterSource(std::string name, std::unique_ptr<Exporter> exporter, bool pooled,
                   std::shared_ptr<Pool> pool, std::shared_ptr<Limits> limits)
        : name_(std::move(name)),
          exporter_(std::move(exporter)),
          pooled_(pooled),
          pool_(std::move(pool)),
          limits_(std::move(limits)) {}

    [[nodiscard]] const std::string& name() const override { return name_; }

    void prepare(std::uint64_t size) override {
        if (pooled_) {
            pool_->fill(size, *exporter_);
        } else {
            pool_->off(); // nothing is zeroed in the background of another's turn
        }
    }

    DmaBuf allocate(std::uint64_t size) override { return exporter_->allocate(size); }

private:
    std::string name_;
    std::unique_ptr<Exporter> exporter_;
    bool pooled_;
    std::shared_ptr<Pool> pool_;
    std::shared_ptr<Limits> limits_;
};

} // namespace

std::vector<std::shared_ptr<Source>> open_sources(std::uint64_t largest,
                                                  std::vector<std::string>& left_out) {
    const auto pool = std::make_shared<Pool>();
    const auto limits = std::make_shared<Limits>();
    limits->udmabuf_size.try_raise(largest / mebibyte + 1);
    limits->huge_pages.try_raise(largest / (2 * mebibyte) + 1);

    std::vector<std::shared_ptr<Source>> sources;
    const auto open = [&](const ExporterKind& kind, std::string name, bool pooled) {
        if (OpenedExporter exporter = kind.open(kind)) {
            sources.push_back(std::make_shared<ExporterSource>(
                std::move(name), *std::move(exporter), pooled, pool, limits));
        } else {
            left_out.push_back(std::format("{}: {}", name, exporter.error()));
        }
    };
    for (const ExporterKind& kind : exporter_kinds()) {
        open(kind, std::string(kind.name), false);
        if (kind.name == source_name::ours) {
            if (pool->usable()) {
                open(kind, source_name::ours_pool, true);
            } else {
                left_out.emplace_back(
                    "exporter-pool: its parameter and figures need root and debugfs");
            }
        }
    }
    return sources;
}

} // namespace parallax::bench
