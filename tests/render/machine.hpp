// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/exporter.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/instance.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace parallax::test {

/// A Vulkan device under validation, for one test: any message of the layers fails the test.
class ValidatedDevice : public testing::Test {
protected:
    void SetUp() override {
        auto instance = Instance::create({.validate = true});
        ASSERT_TRUE(instance) << instance.error().front();
        instance_ = std::make_unique<Instance>(*std::move(instance));
        auto device = choose_device(*instance_, "");
        ASSERT_TRUE(device) << device.error().front();
        context_ = std::make_unique<Context>(*instance_, *std::move(device));
    }

    void TearDown() override {
        context_.reset(); // what was not destroyed is reported here
        if (instance_) {
            for (const std::string& message : instance_->validation_log()->messages()) {
                ADD_FAILURE() << message;
            }
        }
    }

    /// By name; the test fails where the exporter is missing, since the machine has them all.
    static std::unique_ptr<Exporter> open(const std::string& name) {
        auto exporter = open_exporter(name);
        if (!exporter) {
            ADD_FAILURE() << exporter.error().front();
            return nullptr;
        }
        return *std::move(exporter);
    }

    [[nodiscard]] const Context& context() const { return *context_; }
    [[nodiscard]] const Instance& instance() const { return *instance_; }

private:
    std::unique_ptr<Instance> instance_;
    std::unique_ptr<Context> context_;
};

} // namespace parallax::test
