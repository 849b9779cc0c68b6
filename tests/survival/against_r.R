# Writes what R's survival gives for the tables in a folder, as CSV files beside them.
suppressPackageStartupMessages(library(survival))
folder <- commandArgs(trailingOnly = TRUE)[1]
put <- function(name, ...) write.csv(
  format(data.frame(...), digits = 17), file.path(folder, name), row.names = FALSE, quote = FALSE)
get <- function(name) read.csv(file.path(folder, name))

# mgus2 as in R's own example: the first of progression and death
mgus2$etime <- with(mgus2, ifelse(pstat == 0, futime, ptime))
mgus2$cause <- with(mgus2, ifelse(pstat == 0, 2 * death, 1))
put("mgus2.csv", durations = mgus2$etime, cause = mgus2$cause, age = mgus2$age,
    male = as.numeric(mgus2$sex == "M"))

curve <- function(fit, name) {
  for (kind in c("plain", "log", "log-log")) {
    s <- summary(survfit(fit$formula, fit$data, conf.type = kind, conf.int = 0.95))
    q <- quantile(survfit(fit$formula, fit$data, conf.type = kind), c(0.25, 0.5))
    put(paste0(name, "-", kind, ".csv"), time = s$time, at_risk = s$n.risk,
        events = s$n.event, survival = s$surv, error = s$std.err,
        lower = s$lower, upper = s$upper)
    put(paste0(name, "-", kind, "-quantiles.csv"),
        estimate = q$quantile, lower = q$lower, upper = q$upper)
  }
}
lung2 <- data.frame(durations = lung$time, ended = lung$status == 2)
curve(list(formula = Surv(durations, ended) ~ 1, data = lung2), "lung")
curve(list(formula = Surv(start, stop, event) ~ 1, data = heart), "heart")

ties <- get("ties.csv")        # no late entry, ties, ends at 0
late <- get("late.csv")        # late entry at tied times
curve(list(formula = Surv(durations, ended) ~ 1, data = ties), "ties")
curve(list(formula = Surv(entry, durations, ended) ~ 1, data = late), "late")

start <- summary(survfit(Surv(entry, durations, ended) ~ 1, late, start.time = 5.5))
put("late-start.csv", time = start$time, survival = start$surv, error = start$std.err)

mean_of <- function(data, tau) {
  fit <- survfit(Surv(durations, ended) ~ 1, data)
  summary(fit, rmean = tau)$table[c("rmean", "se(rmean)")]
}
put("means.csv", lung = mean_of(lung2, 730), ties = mean_of(ties, 9))

incidence <- function(data, name, entry) {
  data$state <- factor(data$cause, 0:2)
  data$id <- seq_len(nrow(data))
  fit <- if (entry) survfit(Surv(entry, durations, state) ~ 1, data, id = id)
         else survfit(Surv(durations, state) ~ 1, data)
  put(name, time = fit$time, one = fit$pstate[, 2], two = fit$pstate[, 3])
}
incidence(mgus2 |> transform(durations = etime), "mgus2-incidence.csv", FALSE)
incidence(late, "late-incidence.csv", TRUE)

model <- function(formula, data, name, weights = rep(1, nrow(data))) {
  data$w <- weights
  for (ties in c("efron", "breslow")) {
    fit <- coxph(formula, data, weights = w, ties = ties,
                 control = coxph.control(eps = 1e-12, toler.chol = 1e-13))
    table <- coef(summary(fit))
    put(paste0(name, "-", ties, ".csv"), beta = table[, "coef"],
        error = table[, ncol(table) - 2], loglik = fit$loglik[2])
  }
}
model(Surv(time, status) ~ age + sex, lung, "cox-lung")
model(Surv(start, stop, event) ~ age + year + surgery + transplant + cluster(id),
      heart, "cox-heart")
model(Surv(etime, cause == 1) ~ age + I(sex == "M"), mgus2, "cox-mgus2")
model(Surv(entry, durations, ended) ~ x + cluster(group), late, "cox-late")
model(Surv(entry, durations, ended) ~ x + cluster(group), late, "cox-weighted",
      (1 + late$group %% 4) / 2)
