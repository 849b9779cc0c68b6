# Writes what R's metafor gives for the pools in a table: columns pool, effect, variance.
suppressPackageStartupMessages(library(metafor))
folder <- commandArgs(trailingOnly = TRUE)[1]
rows <- read.csv(file.path(folder, "effects.csv"))
control <- list(tol = 1e-13, threshold = 1e-13, maxiter = 10000, tau2.max = 1e6)
one <- function(part, method) {
  fit <- rma(yi = part$effect, vi = part$variance, method = method, test = "adhoc",
             control = control)
  new <- predict(fit)
  data.frame(pool = part$pool[1], method = method, mean = fit$beta[1], low = fit$ci.lb,
             high = fit$ci.ub, new_low = new$pi.lb, new_high = new$pi.ub,
             tau = sqrt(fit$tau2), i2 = fit$I2 / 100)
}
pools <- split(rows, rows$pool)
all <- do.call(rbind, c(lapply(pools, one, "PM"), lapply(pools, one, "REML")))
write.csv(format(all, digits = 17), file.path(folder, "pools.csv"),
          row.names = FALSE, quote = FALSE)
